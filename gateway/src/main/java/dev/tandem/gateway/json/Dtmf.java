package dev.tandem.gateway.json;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tandem.gateway.bridge.Keypress;
import dev.tandem.gateway.call.Body;

/** Keys that a peer presses, as the dialect tells of them. */
final class Dtmf {
  private Dtmf() {}

  /** The event that tells of an INFO: {@code dtmf} when it is a key, else {@code info}. */
  static ObjectNode event(JsonLeg leg, Body body) {
    Keypress pressed = Keypress.of(body);
    if (pressed == null) {
      return leg.event("info")
          .put("contentType", Texts.shortened(body.contentType(), 128))
          .put("body", Texts.body(body));
    }
    ObjectNode event = leg.event("dtmf").put("digits", Character.toString(pressed.key()));
    return pressed.millis() == 0 ? event : event.put("duration", pressed.millis());
  }
}
