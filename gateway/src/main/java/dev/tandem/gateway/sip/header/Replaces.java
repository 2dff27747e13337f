package dev.tandem.gateway.sip.header;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The value of a Replaces header (RFC 3891 §6.1): a dialog as the one sees it who gets the INVITE.
 *
 * @param toTag its local tag
 * @param fromTag its remote tag
 * @param earlyOnly the dialog is to be left alone if it is confirmed
 */
public record Replaces(String callId, String toTag, String fromTag, boolean earlyOnly) {

  /** Null when the value is none. */
  public static @Nullable Replaces parse(String value) {
    String[] parts = value.split(";", -1);
    String callId = parts[0].trim();
    String toTag = null;
    String fromTag = null;
    boolean earlyOnly = false;
    for (int i = 1; i < parts.length; i++) {
      int equals = parts[i].indexOf('=');
      String name = (equals < 0 ? parts[i] : parts[i].substring(0, equals)).trim();
      String argument = equals < 0 ? "" : parts[i].substring(equals + 1).trim();
      switch (name.toLowerCase(Locale.ROOT)) {
        case "to-tag" -> {
          if (toTag != null) {
            return null;
          }
          toTag = argument;
        }
        case "from-tag" -> {
          if (fromTag != null) {
            return null;
          }
          fromTag = argument;
        }
        case "early-only" -> earlyOnly = true;
        default -> {}
      }
    }
    return toTag != null && fromTag != null && isWord(callId) && isWord(toTag) && isWord(fromTag)
        ? new Replaces(callId, toTag, fromTag, earlyOnly)
        : null;
  }

  /** Nothing in it begins a line or another word; escapes of a URI may have hidden that. */
  private static boolean isWord(String text) {
    return !text.isEmpty() && text.chars().allMatch(c -> c > ' ' && c != 0x7f);
  }

  /** The same dialog as the peer sees it. */
  public Replaces turned() {
    return new Replaces(callId, /* toTag= */ fromTag, /* fromTag= */ toTag, earlyOnly);
  }

  /** The header value. */
  public String text() {
    return callId + ";to-tag=" + toTag + ";from-tag=" + fromTag + (earlyOnly ? ";early-only" : "");
  }
}
