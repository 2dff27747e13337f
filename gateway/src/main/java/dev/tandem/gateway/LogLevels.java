package dev.tandem.gateway;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import dev.tandem.gateway.config.LogConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings the configured levels to Logback; {@code logback.xml} says how lines look. */
final class LogLevels {
  private LogLevels() {}

  static void apply(LogConfig config) {
    if (LoggerFactory.getILoggerFactory() instanceof LoggerContext logback) {
      logback.getLogger(Logger.ROOT_LOGGER_NAME).setLevel(level(config.level()));
      config.levels().forEach((name, level) -> logback.getLogger(name).setLevel(level(level)));
    }
  }

  /** Writes what waits in queues; nothing is logged after it. */
  static void flush() {
    if (LoggerFactory.getILoggerFactory() instanceof LoggerContext logback) {
      logback.stop();
    }
  }

  private static Level level(org.slf4j.event.Level level) {
    return Level.valueOf(level.name());
  }
}
