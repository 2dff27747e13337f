package dev.tandem.gateway.event;

import java.util.Arrays;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The view of a package whose every document holds all of the state. */
public final class WholeState implements EventPackage.View {
  private final Supplier<Document> state;
  private byte[] told = {};

  public WholeState(Supplier<Document> state) {
    this.state = state;
  }

  @Override
  public Document whole() {
    Document now = state.get();
    told = now.bytes();
    return now;
  }

  @Override
  public @Nullable Document changed() {
    Document now = state.get();
    if (Arrays.equals(told, now.bytes())) {
      return null;
    }
    told = now.bytes();
    return now;
  }
}
