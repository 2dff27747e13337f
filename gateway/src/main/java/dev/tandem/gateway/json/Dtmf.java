package dev.tandem.gateway.json;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tandem.gateway.call.Body;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Keys as INFO carries them: {@code application/dtmf-relay}, which every PBX reads. */
final class Dtmf {
  private static final Pattern SIGNAL =
      Pattern.compile("(?im)^\\s*Signal\\s*=\\s*([0-9A-D*#])\\s*$");
  private static final Pattern DURATION =
      Pattern.compile("(?im)^\\s*Duration\\s*=\\s*(\\d{1,5})\\s*$");

  private Dtmf() {}

  static Body body(char key, int duration) {
    String text = "Signal=" + key + "\r\nDuration=" + duration + "\r\n";
    return new Body("application/dtmf-relay", text.getBytes(StandardCharsets.US_ASCII));
  }

  /** The event that tells of an INFO: {@code dtmf} when it is a key, else {@code info}. */
  static ObjectNode event(JsonLeg leg, Body body) {
    String text = Texts.body(body);
    String type = body.contentType().toLowerCase(Locale.ROOT);
    if (type.startsWith("application/dtmf-relay")) {
      Matcher signal = SIGNAL.matcher(text);
      Matcher duration = DURATION.matcher(text);
      if (signal.find()) {
        ObjectNode event =
            leg.event("dtmf").put("digits", signal.group(1).toUpperCase(Locale.ROOT));
        if (duration.find()) {
          event.put("duration", Integer.parseInt(duration.group(1)));
        }
        return event;
      }
    } else if (type.startsWith("application/dtmf") && text.strip().matches("[0-9A-Da-d*#]")) {
      return leg.event("dtmf").put("digits", text.strip().toUpperCase(Locale.ROOT));
    }
    return leg.event("info")
        .put("contentType", Texts.shortened(body.contentType(), 128))
        .put("body", text);
  }
}
