package dev.tandem.gateway.routing;

import dev.tandem.gateway.routing.Explanation.Step;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Takes down what the engine looks at, when somebody wants to know. Off, it costs nothing: ask
 * {@link #isOn} before making words.
 */
final class Trace {
  private static final Trace OFF = new Trace(null, List.of());

  private final @Nullable List<Step> steps;
  private final List<String> notes;

  private Trace(@Nullable List<Step> steps, List<String> notes) {
    this.steps = steps;
    this.notes = notes;
  }

  static Trace off() {
    return OFF;
  }

  static Trace on() {
    return new Trace(new ArrayList<>(), new ArrayList<>());
  }

  boolean isOn() {
    return steps != null;
  }

  /** A note for the step that is being looked at. */
  void note(String text) {
    if (isOn()) {
      notes.add(text);
    }
  }

  /** The step is done. */
  void step(String subject, boolean taken, String... more) {
    List<Step> all = steps;
    if (all != null) {
      notes.addAll(List.of(more));
      all.add(new Step(subject, taken, notes));
      notes.clear();
    }
  }

  List<Step> steps() {
    List<Step> all = steps;
    return all == null ? List.of() : all;
  }
}
