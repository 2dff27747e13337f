package dev.tandem.sip.stack;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Builds the answer to a request that could not be parsed, from its raw headers (RFC 3261 §8.2.6),
 * without echoing anything else of it; of a header that stands twice the first.
 */
final class Refusal {
  /** What a response repeats of its request. */
  private static final List<RawHeaders.Name> REPEATED =
      List.of(
          new RawHeaders.Name("Via", 'v'),
          new RawHeaders.Name("From", 'f'),
          new RawHeaders.Name("To", 't'),
          new RawHeaders.Name("Call-ID", 'i'),
          new RawHeaders.Name("CSeq", '\0'));

  private Refusal() {}

  /** Null when the message is no request, an ACK, or lacks a header that a response must repeat. */
  static byte @Nullable [] to(byte[] message, int status, String reason, String toTag) {
    return to(message, status, reason, toTag, "");
  }

  /** The same with whole header lines of ours. */
  static byte @Nullable [] to(
      byte[] message, int status, String reason, String toTag, String headers) {
    String method = RawHeaders.method(message);
    if (method.isEmpty() || method.equals("ACK")) {
      return null;
    }
    List<List<String>> values = RawHeaders.values(message, REPEATED);
    if (values.stream().anyMatch(List::isEmpty)) {
      return null;
    }
    StringBuilder response = new StringBuilder(512);
    response.append("SIP/2.0 ").append(status).append(' ').append(reason).append("\r\n");
    for (String value : values.get(0)) {
      header(response, "Via", value);
    }
    header(response, "From", values.get(1).get(0));
    String to = values.get(2).get(0);
    header(response, "To", to.contains(";tag=") ? to : to + ";tag=" + toTag);
    header(response, "Call-ID", values.get(3).get(0));
    header(response, "CSeq", values.get(4).get(0));
    response.append(headers).append("Content-Length: 0\r\n\r\n");
    return response.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static void header(StringBuilder response, String name, String value) {
    response.append(name).append(": ");
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      response.append(c < ' ' ? ' ' : c);
    }
    response.append("\r\n");
  }
}
