package dev.tandem.gateway.config;

import java.util.Map;
import org.slf4j.event.Level;

/**
 * How much is logged.
 *
 * @param levels by logger name, over {@code level}
 */
public record LogConfig(Level level, Map<String, Level> levels) {
  public LogConfig {
    levels = Map.copyOf(levels);
  }
}
