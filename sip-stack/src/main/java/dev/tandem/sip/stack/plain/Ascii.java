package dev.tandem.sip.stack.plain;

import java.nio.charset.StandardCharsets;

/** Texts of the protocol as they are sent. */
final class Ascii {
  static final byte[] SIP = bytes("sip:");
  static final byte[] SIPS = bytes("sips:");
  static final byte[] VERSION = bytes("SIP/2.0");
  static final byte[] VERSION_AND_BLANK = bytes("SIP/2.0 ");
  static final byte[] VERSION_AND_SLASH = bytes("SIP/2.0/");

  private Ascii() {}

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
