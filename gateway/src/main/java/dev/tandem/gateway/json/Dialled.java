package dev.tandem.gateway.json;

import dev.tandem.gateway.routing.CallerId;
import dev.tandem.gateway.routing.Domain;
import dev.tandem.sip.message.Aor;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Whom a client asks for: a user's name, a number, or a URI.
 *
 * @param user not escaped
 * @param host empty where it means us
 */
record Dialled(String user, String host, String domain) {
  private static final Pattern BARE = Pattern.compile("[\\p{L}\\p{N}._!~*'()&=+$,;?/#-]{1,128}");
  private static final Pattern SEPARATORS = Pattern.compile("[-.() ]");

  /**
   * Reads it.
   *
   * @throws Refusal with {@code path} when it cannot be understood
   */
  static Dialled parse(String to, String path, Domain domain) {
    String text = to.strip();
    String lower = text.toLowerCase(Locale.ROOT);
    if (lower.startsWith("tel:")) {
      int end = text.indexOf(';');
      String number = text.substring(4, end < 0 ? text.length() : end);
      return bare(SEPARATORS.matcher(number).replaceAll(""), path, domain);
    }
    boolean uri = lower.startsWith("sip:") || lower.startsWith("sips:");
    if (!uri && text.indexOf('@') < 0) {
      return bare(
          text.startsWith("+") ? SEPARATORS.matcher(text).replaceAll("") : text, path, domain);
    }
    Aor aor = Aor.parse(uri ? text : "sip:" + text);
    if (aor == null || aor.user().isEmpty()) {
      throw Refusal.field(path, "is no address");
    }
    Fields.oneLine(path, aor.user());
    return new Dialled(aor.user(), domain.isOurs(aor.host()) ? "" : aor.host(), domain.name());
  }

  private static Dialled bare(String user, String path, Domain domain) {
    if (!BARE.matcher(user).matches()) {
      throw Refusal.field(path, "is no name, number or URI");
    }
    return new Dialled(user, "", domain.name());
  }

  CallerId shown() {
    return new CallerId(user, host.isEmpty() ? domain : host, null);
  }

  String uri() {
    return shown().uri();
  }
}
