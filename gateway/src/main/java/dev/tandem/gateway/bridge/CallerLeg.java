package dev.tandem.gateway.bridge;

import dev.tandem.gateway.call.Payload;

/** The leg of the one who calls. */
public interface CallerLeg extends Leg {

  void progress(int status, String reason, Payload payload);

  void answer(Payload payload);

  void refuse(int status, String reason, Payload payload);
}
