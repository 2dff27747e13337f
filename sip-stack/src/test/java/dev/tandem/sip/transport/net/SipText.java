package dev.tandem.sip.transport.net;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

/** Messages that are right as far as a transport looks. */
final class SipText {
  private SipText() {}

  static byte[] bytes(String text) {
    return text.getBytes(ISO_8859_1);
  }

  static String message(String callId, String body) {
    return "MESSAGE sip:a@b SIP/2.0\r\nCall-ID: %s\r\nContent-Length: %d\r\n\r\n%s"
        .formatted(callId, body.length(), body);
  }
}
