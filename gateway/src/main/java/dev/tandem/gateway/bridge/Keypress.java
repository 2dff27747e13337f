package dev.tandem.gateway.bridge;

import dev.tandem.gateway.call.Body;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A key of a telephone, as INFO carries it: {@code application/dtmf-relay}, or the bare digit of
 * {@code application/dtmf}.
 *
 * @param key one of 0-9, *, #, A-D
 * @param millis how long it was pressed; 0 when nobody says
 */
public record Keypress(char key, int millis) {
  private static final String KEYS = "0123456789*#ABCD";

  /** No blank of theirs is a line end, or a body of empty lines would take its square in time. */
  private static final Pattern SIGNAL =
      Pattern.compile("(?im)^[ \t]*(?:Signal[ \t]*=[ \t]*)?(\\d{1,2}|[A-D*#])[ \t]*$");

  private static final Pattern DURATION =
      Pattern.compile("(?im)^[ \t]*Duration[ \t]*=[ \t]*(\\d{1,5})[ \t]*$");

  /** By the number of its event (RFC 4733 §3.2); null when that is no key. */
  public static @Nullable Keypress ofEvent(long event, int millis) {
    return event < 0 || event >= KEYS.length()
        ? null
        : new Keypress(KEYS.charAt((int) event), millis);
  }

  /** Null when the body tells of no key. */
  public static @Nullable Keypress of(@Nullable Body body) {
    if (body == null
        || !body.contentType().toLowerCase(Locale.ROOT).startsWith("application/dtmf")) {
      return null;
    }
    String text = new String(body.bytes(), StandardCharsets.ISO_8859_1);
    Matcher signal = SIGNAL.matcher(text);
    if (!signal.find()) {
      return null;
    }
    Matcher duration = DURATION.matcher(text);
    int millis = duration.find() ? Integer.parseInt(duration.group(1)) : 0;
    String key = signal.group(1).toUpperCase(Locale.ROOT);
    // Some write the number of the event for those that are no digits.
    int event = key.length() == 2 ? Integer.parseInt(key) : KEYS.indexOf(key);
    return event > 0 && key.length() == 2 && event < 10 ? null : ofEvent(event, millis);
  }

  /** For an INFO; every PBX reads this form. */
  public Body body() {
    String text = "Signal=" + key + "\r\nDuration=" + millis + "\r\n";
    return new Body("application/dtmf-relay", text.getBytes(StandardCharsets.US_ASCII));
  }
}
