package dev.tandem.gateway.ladder;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.LoggerFactory;

/** Errors and stack traces in the log: what peers do may never cause them. */
final class LoggedTrouble extends AppenderBase<ILoggingEvent> {
  private final List<String> seen = new CopyOnWriteArrayList<>();
  private final Logger root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);

  void watch() {
    setContext(root.getLoggerContext());
    start();
    root.addAppender(this);
  }

  void unwatch() {
    root.detachAppender(this);
    stop();
  }

  List<String> seen() {
    return seen;
  }

  @Override
  protected void append(ILoggingEvent event) {
    boolean stackTrace = event.getThrowableProxy() != null;
    if (stackTrace || event.getLevel().isGreaterOrEqual(Level.ERROR)) {
      seen.add(
          event
              + (stackTrace ? "\n" + ThrowableProxyUtil.asString(event.getThrowableProxy()) : ""));
    }
  }
}
