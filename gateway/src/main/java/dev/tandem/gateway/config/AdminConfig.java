package dev.tandem.gateway.config;

import dev.tandem.gateway.config.value.AddressRange;
import java.util.List;

/**
 * Who may see metrics and registrations. Health is open to everybody who reaches the port.
 *
 * @param allowFrom addresses of direct peers; what a proxy forwards is never allowed
 */
public record AdminConfig(List<AddressRange> allowFrom) {
  public AdminConfig {
    allowFrom = List.copyOf(allowFrom);
  }
}
