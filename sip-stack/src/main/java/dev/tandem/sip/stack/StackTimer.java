package dev.tandem.sip.stack;

import dev.tandem.sip.time.Timers;
import gov.nist.javax.sip.SipStackImpl;
import gov.nist.javax.sip.stack.SIPStackTimerTask;
import gov.nist.javax.sip.stack.timers.SipTimer;
import java.time.Duration;
import java.util.Properties;

/** JAIN-SIP's timer on {@link Timers}, so that a test clock drives Timer A to K as well. */
final class StackTimer implements SipTimer {
  private final Timers timers;
  private volatile boolean started = true;

  StackTimer(Timers timers) {
    this.timers = timers;
  }

  @Override
  public boolean schedule(SIPStackTimerTask task, long delayMillis) {
    task.setSipTimerTask(timers.schedule(Duration.ofMillis(delayMillis), () -> run(task)));
    return true;
  }

  @Override
  public boolean scheduleWithFixedDelay(SIPStackTimerTask task, long delay, long periodMillis) {
    task.setSipTimerTask(timers.repeat(Duration.ofMillis(periodMillis), () -> run(task)));
    return true;
  }

  private void run(SIPStackTimerTask task) {
    if (started) {
      task.runTask();
    }
  }

  @Override
  public boolean cancel(SIPStackTimerTask task) {
    if (task.getSipTimerTask() instanceof Timers.Timer timer) {
      task.cleanUpBeforeCancel();
      timer.cancel();
      return true;
    }
    return false;
  }

  @Override
  public void start(SipStackImpl sipStack, Properties configurationProperties) {}

  @Override
  public void stop() {
    started = false;
  }

  @Override
  public boolean isStarted() {
    return started;
  }
}
