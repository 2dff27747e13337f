package dev.tandem.sip.stack;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Builds the answer to a request that could not be parsed, from its raw headers (RFC 3261 §8.2.6),
 * without echoing anything else of it; of a header that stands twice the first.
 */
final class Refusal {
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
    List<String> via = RawHeaders.values(message, "Via", 'v');
    List<String> from = RawHeaders.values(message, "From", 'f');
    List<String> to = RawHeaders.values(message, "To", 't');
    List<String> callId = RawHeaders.values(message, "Call-ID", 'i');
    List<String> cSeq = RawHeaders.values(message, "CSeq", '\0');
    if (via.isEmpty() || from.isEmpty() || to.isEmpty() || callId.isEmpty() || cSeq.isEmpty()) {
      return null;
    }
    StringBuilder response = new StringBuilder(512);
    response.append("SIP/2.0 ").append(status).append(' ').append(reason).append("\r\n");
    for (String value : via) {
      header(response, "Via", value);
    }
    header(response, "From", from.get(0));
    String toValue = to.get(0);
    header(response, "To", toValue.contains(";tag=") ? toValue : toValue + ";tag=" + toTag);
    header(response, "Call-ID", callId.get(0));
    header(response, "CSeq", cSeq.get(0));
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
