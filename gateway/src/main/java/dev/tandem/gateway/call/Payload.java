package dev.tandem.gateway.call;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a message carries from one leg to the other: a body perhaps, and end-to-end headers. */
public record Payload(@Nullable Body body, List<Header> headers) {
  public static final Payload EMPTY = new Payload(null, List.of());

  public Payload {
    headers = List.copyOf(headers);
  }

  public static Payload of(Body body) {
    return new Payload(body, List.of());
  }

  public boolean hasBody() {
    return body != null;
  }
}
