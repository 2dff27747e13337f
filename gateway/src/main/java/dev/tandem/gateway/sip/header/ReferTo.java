package dev.tandem.gateway.sip.header;

import dev.tandem.sip.message.SipUri;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Pattern;
import javax.sip.address.URI;
import org.jspecify.annotations.Nullable;

/**
 * The value of a Refer-To header (RFC 3515 §2.1) that asks for a call.
 *
 * @param uri who is to be called, without headers
 * @param replaces the dialog that the call is to replace; null for a blind transfer
 */
public record ReferTo(URI uri, @Nullable Replaces replaces) {
  /** What no URI has (RFC 3261 §25.1), and what would end it elsewhere between angle brackets. */
  private static final Pattern UNWRITABLE = Pattern.compile("[<>\"]|[^!-~]");

  /** The second of two may be the one that is read. */
  private static final Pattern ANOTHER_METHOD = Pattern.compile(";method(?!=invite(;|$)|[^=;])");

  /** Null when the value is malformed, or asks for anything but an INVITE. */
  public static @Nullable ReferTo parse(String value) {
    String text = addressOf(value);
    int question = text.indexOf('?', text.indexOf('@') + 1); // a user may have one, too
    String bare = question < 0 ? text : text.substring(0, question);
    String headers = question < 0 ? "" : text.substring(question + 1);
    String lower = bare.toLowerCase(Locale.ROOT);
    if (UNWRITABLE.matcher(bare).find() || asksForAnother(bare)) {
      return null;
    }
    boolean isSip = lower.startsWith("sip:") || lower.startsWith("sips:");
    if (isSip ? SipUri.parse(bare) == null : !lower.startsWith("tel:")) {
      return null;
    }
    try {
      String wanted = header(headers, "replaces");
      Replaces replaces = wanted == null ? null : Replaces.parse(wanted);
      URI uri = Addresses.uri(bare); // which may have lost what JAIN-SIP does not understand
      boolean isGood = wanted == null || replaces != null;
      return isGood && !asksForAnother(uri.toString()) ? new ReferTo(uri, replaces) : null;
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private static boolean asksForAnother(String uri) {
    return ANOTHER_METHOD.matcher(uri.toLowerCase(Locale.ROOT)).find();
  }

  /** What is in the brackets; without them, parameters are the header's (RFC 3261 §20). */
  private static String addressOf(String value) {
    int open = bracket(value);
    int close = value.indexOf('>', open + 1);
    if (open >= 0 && close > open) {
      return value.substring(open + 1, close).trim();
    }
    int semicolon = value.indexOf(';');
    return (semicolon < 0 ? value : value.substring(0, semicolon)).trim();
  }

  /** Where the first one opens: a display name may have others in its quotes. -1 for none. */
  private static int bracket(String value) {
    boolean quoted = false;
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '<' && !quoted) {
        return i;
      }
      quoted ^= c == '"';
      if (c == '\\' && quoted) {
        i++;
      }
    }
    return -1;
  }

  private static @Nullable String header(String headers, String name) {
    for (String each : headers.split("&", -1)) {
      int equals = each.indexOf('=');
      if (equals > 0 && each.substring(0, equals).equalsIgnoreCase(name)) {
        return URLDecoder.decode(
            each.substring(equals + 1).replace("+", "%2B"), StandardCharsets.UTF_8);
      }
    }
    return null;
  }
}
