package dev.tandem.sip.stack;

import gov.nist.javax.sip.SipStackImpl;
import gov.nist.javax.sip.stack.SIPStackTimerTask;
import gov.nist.javax.sip.stack.timers.SipTimer;
import java.util.Properties;

/**
 * Stands in while JAIN-SIP constructs itself: it makes its timer from a class name, and ours needs
 * an object. {@link JainStack} replaces it before anything can be scheduled.
 */
public final class NoTimer implements SipTimer {
  @Override
  public boolean schedule(SIPStackTimerTask task, long delay) {
    throw new IllegalStateException("no timer yet");
  }

  @Override
  public boolean scheduleWithFixedDelay(SIPStackTimerTask task, long delay, long period) {
    throw new IllegalStateException("no timer yet");
  }

  @Override
  public void stop() {}

  @Override
  public boolean cancel(SIPStackTimerTask task) {
    return false;
  }

  @Override
  public void start(SipStackImpl sipStack, Properties configurationProperties) {}

  @Override
  public boolean isStarted() {
    return true;
  }
}
