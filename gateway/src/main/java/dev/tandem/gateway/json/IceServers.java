package dev.tandem.gateway.json;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/** STUN and TURN servers for a user, with credentials that expire. Thread-safe. */
public interface IceServers {

  /** As {@code RTCPeerConnection} takes them. */
  List<Map<String, Object>> of(String user);

  /** How long their credentials are good. */
  Duration lifetime();
}
