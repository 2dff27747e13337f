package dev.tandem.gateway.json;

import dev.tandem.gateway.call.Body;
import dev.tandem.gateway.routing.CallerId;
import dev.tandem.sip.message.Aor;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** What others wrote, made fit to be shown to clients. */
final class Texts {
  private static final int MAX_BODY = 8192;

  private Texts() {}

  /** One line, whatever it was. */
  static String oneLine(String text) {
    StringBuilder line = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean bad = Character.isISOControl(c) || c == '\u2028' || c == '\u2029';
      line.append(bad ? ' ' : c);
    }
    return line.toString().replaceAll("(?i)%(?=0[ad0])", "%25");
  }

  static String shortened(String text, int max) {
    String line = oneLine(text);
    return line.length() <= max ? line : line.substring(0, max);
  }

  static String sdp(Body body) {
    return new String(body.bytes(), StandardCharsets.UTF_8);
  }

  static String body(Body body) {
    String text = new String(body.bytes(), StandardCharsets.UTF_8);
    return text.length() <= MAX_BODY ? text : text.substring(0, MAX_BODY);
  }

  /** Reads a From or To value: {@code "Bob" <sip:bob@x>}. */
  static CallerId callerId(String value) {
    int open = value.lastIndexOf('<');
    int close = value.lastIndexOf('>');
    String uri = open >= 0 && close > open ? value.substring(open + 1, close) : value;
    String name = open > 0 ? unquoted(value.substring(0, open).strip()) : null;
    Aor aor = Aor.parse(uri);
    if (aor != null) {
      return new CallerId(aor.user(), aor.host(), null).withName(name);
    }
    String bare = uri.startsWith("tel:") ? uri.substring(4) : uri;
    return new CallerId(bare, "", null).withName(name);
  }

  private static @Nullable String unquoted(String text) {
    boolean quoted = text.length() > 1 && text.startsWith("\"") && text.endsWith("\"");
    String bare = quoted ? text.substring(1, text.length() - 1) : text;
    return bare.isEmpty() ? null : bare.replaceAll("\\\\(.)", "$1");
  }
}
