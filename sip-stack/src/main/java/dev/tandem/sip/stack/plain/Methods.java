package dev.tandem.sip.stack.plain;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The methods that are no surprise. JAIN-SIP's lexer refuses some other words as methods. */
final class Methods {
  private static final Set<String> KNOWN =
      Set.of(
          "INVITE",
          "ACK",
          "BYE",
          "CANCEL",
          "OPTIONS",
          "REGISTER",
          "PRACK",
          "UPDATE",
          "INFO",
          "MESSAGE",
          "NOTIFY",
          "SUBSCRIBE",
          "REFER",
          "PUBLISH");

  private Methods() {}

  /** The word, if it is one of them. */
  static @Nullable String known(@Nullable String word) {
    return word != null && KNOWN.contains(word) ? word : null;
  }
}
