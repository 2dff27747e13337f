package dev.tandem.gateway.ladder;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.AppenderBase;
import ch.qos.logback.core.ConsoleAppender;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.slf4j.LoggerFactory;

/** All that would be in the log at its most talkative, of our own loggers and the libraries'. */
final class EveryLogLine extends AppenderBase<ILoggingEvent> implements AutoCloseable {
  private final List<String> lines = new CopyOnWriteArrayList<>();
  private final Logger root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
  private final Level before = root.getLevel();
  private final List<Appender<ILoggingEvent>> console = new ArrayList<>();
  private final Map<Logger, Level> quieter = new HashMap<>();

  EveryLogLine() {
    setContext(root.getLoggerContext());
    start();
    root.iteratorForAppenders().forEachRemaining(console::add);
    console.removeIf(appender -> !(appender instanceof ConsoleAppender));
    console.forEach(root::detachAppender);
    root.addAppender(this);
    for (Logger logger : root.getLoggerContext().getLoggerList()) {
      if (logger != root && logger.getLevel() != null) {
        quieter.put(logger, logger.getLevel());
        logger.setLevel(Level.TRACE);
      }
    }
    root.setLevel(Level.TRACE);
  }

  /** The names of those who said anything. */
  Set<String> loggers() {
    return lines.stream().map(line -> line.split(" ", 2)[0]).collect(Collectors.toSet());
  }

  String text() {
    return String.join("\n", lines);
  }

  @Override
  public void close() {
    root.setLevel(before);
    quieter.forEach(Logger::setLevel);
    root.detachAppender(this);
    console.forEach(root::addAppender);
    stop();
  }

  @Override
  protected void append(ILoggingEvent event) {
    String stackTrace =
        event.getThrowableProxy() == null
            ? ""
            : "\n" + ThrowableProxyUtil.asString(event.getThrowableProxy());
    lines.add(
        event.getLoggerName()
            + " "
            + event.getFormattedMessage()
            + " "
            + event.getMDCPropertyMap()
            + stackTrace);
  }
}
