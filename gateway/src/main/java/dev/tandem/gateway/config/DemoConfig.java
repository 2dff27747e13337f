package dev.tandem.gateway.config;

import java.util.List;

/**
 * The softphone page at {@code /}.
 *
 * @param iceServers STUN servers that the page gives to the browser, as {@code stun:host:port}
 */
public record DemoConfig(boolean enabled, List<String> iceServers) {
  public DemoConfig {
    iceServers = List.copyOf(iceServers);
  }
}
