package dev.tandem.sip.transport.net;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.slf4j.LoggerFactory;

/** Fails when anything above DEBUG was logged: what peers do is no news for the operator. */
final class QuietLog implements AutoCloseable {
  private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
  private final ListAppender<ILoggingEvent> logged = new ListAppender<>();
  private final Level before = root.getLevel();

  QuietLog() {
    logged.start();
    root.setLevel(Level.INFO);
    root.addAppender(logged);
  }

  @Override
  public void close() {
    root.detachAppender(logged);
    root.setLevel(before);
    assertThat(logged.list).isEmpty();
  }
}
