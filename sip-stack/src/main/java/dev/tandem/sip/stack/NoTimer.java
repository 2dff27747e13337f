package dev.tandem.sip.stack;

import gov.nist.javax.sip.SipStackImpl;
import gov.nist.javax.sip.stack.SIPStackTimerTask;
import gov.nist.javax.sip.stack.timers.SipTimer;
import java.util.Properties;

/**
 * In the place of JAIN-SIP's timer, whose ticks run twice a second for each transaction: ours have
 * their own ({@link Retransmission}), and nothing else may be scheduled.
 */
public final class NoTimer implements SipTimer {
  @Override
  public boolean schedule(SIPStackTimerTask task, long delay) {
    throw new IllegalStateException("transactions have timers of their own");
  }

  @Override
  public boolean scheduleWithFixedDelay(SIPStackTimerTask task, long delay, long period) {
    throw new IllegalStateException("transactions have timers of their own");
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
