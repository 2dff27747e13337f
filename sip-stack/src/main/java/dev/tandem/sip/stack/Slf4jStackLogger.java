package dev.tandem.sip.stack;

import gov.nist.core.StackLogger;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Properties;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * JAIN-SIP's log on SLF4J. What the stack calls an error is mostly a peer's mistake, which is a
 * counter here and not news: it goes to DEBUG, without credentials and keys. What the stack says at
 * its own debug level is whole messages, again and again; that is not passed on at all. The stack
 * makes one by its class name.
 */
public final class Slf4jStackLogger implements StackLogger {
  private static final Logger log = LoggerFactory.getLogger("dev.tandem.sip.jain");

  @Override
  public void logStackTrace() {}

  @Override
  public void logStackTrace(int traceLevel) {}

  @Override
  public int getLineCount() {
    return 0;
  }

  @Override
  public void logException(Throwable ex) {
    debug("stack", ex);
  }

  @Override
  public void logDebug(String message) {}

  @Override
  public void logDebug(String message, Exception ex) {}

  @Override
  public void logTrace(String message) {}

  @Override
  public void logFatalError(String message) {
    log.error(Secrets.masked(message));
  }

  @Override
  public void logError(String message) {
    debug(message);
  }

  private static void debug(String message) {
    if (log.isDebugEnabled()) {
      log.debug(Secrets.masked(message));
    }
  }

  /** As text, because what an exception says may be a header. */
  private static void debug(String message, Throwable ex) {
    if (log.isDebugEnabled()) {
      StringWriter trace = new StringWriter();
      ex.printStackTrace(new PrintWriter(trace));
      log.debug(Secrets.masked(message + "\n" + trace));
    }
  }

  @Override
  public boolean isLoggingEnabled() {
    return log.isDebugEnabled();
  }

  @Override
  public boolean isLoggingEnabled(int logLevel) {
    return logLevel < TRACE_DEBUG && log.isDebugEnabled();
  }

  @Override
  public void logError(String message, Exception ex) {
    debug(message, ex);
  }

  @Override
  public void logWarning(String message) {
    debug(message);
  }

  @Override
  public void logInfo(String message) {
    debug(message);
  }

  @Override
  public void disableLogging() {}

  @Override
  public void enableLogging() {}

  @Override
  public void setBuildTimeStamp(String buildTimeStamp) {}

  @Override
  public void setStackProperties(Properties stackProperties) {}

  @Override
  public String getLoggerName() {
    return log.getName();
  }
}
