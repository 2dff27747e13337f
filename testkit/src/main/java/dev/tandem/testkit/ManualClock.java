package dev.tandem.testkit;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.RunnableScheduledFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A clock that stands still until a test moves it, and the executor of everything that waits on it.
 *
 * <p>Tasks run on the thread that calls {@link #advance}, in the order of their time, and in the
 * order of their scheduling where the time is the same. While a task runs, the clock shows the time
 * that the task was due. Nothing runs by itself: a task without delay waits for the next advance
 * too.
 *
 * <p>Thread-safe. One thread advances at a time; others that try wait for it.
 */
public final class ManualClock extends AbstractExecutorService
    implements InstantSource, ScheduledExecutorService {
  /** What {@link #instant()} says before the first advance. */
  public static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private final ReentrantLock advancing = new ReentrantLock();
  private final Object lock = new Object();

  /** In the order in which they fall due; a soak test cancels a hundred thousand. */
  private final NavigableSet<Task<?>> tasks = new TreeSet<>();

  private long nowNanos;
  private long lastSequence;
  private boolean shutdown;

  @Override
  public Instant instant() {
    synchronized (lock) {
      return START.plusNanos(nowNanos);
    }
  }

  /** How far the clock has been moved since it was made. */
  public Duration elapsed() {
    synchronized (lock) {
      return Duration.ofNanos(nowNanos);
    }
  }

  /**
   * Moves the clock, and runs what falls due on the way, tasks scheduled by tasks included.
   *
   * @throws IllegalArgumentException if the duration is negative
   */
  public void advance(Duration duration) {
    if (duration.isNegative()) {
      throw new IllegalArgumentException("time does not go back: " + duration);
    }
    advancing.lock();
    try {
      long target;
      synchronized (lock) {
        target = nowNanos + duration.toNanos();
      }
      for (Task<?> task = takeDue(target); task != null; task = takeDue(target)) {
        task.run();
      }
      synchronized (lock) {
        nowNanos = Math.max(nowNanos, target);
      }
    } finally {
      advancing.unlock();
    }
  }

  /** Runs what is due now, without moving the clock. */
  public void runDue() {
    advance(Duration.ZERO);
  }

  private @Nullable Task<?> takeDue(long target) {
    synchronized (lock) {
      if (tasks.isEmpty() || tasks.first().dueNanos > target) {
        return null;
      }
      Task<?> first = tasks.first();
      tasks.remove(first);
      nowNanos = Math.max(nowNanos, first.dueNanos);
      return first;
    }
  }

  /** How many tasks wait; cancelled ones do not count. */
  public int pendingTasks() {
    synchronized (lock) {
      return tasks.size();
    }
  }

  /** Time until the first task is due; null when none waits. Never negative. */
  public @Nullable Duration untilNext() {
    synchronized (lock) {
      Task<?> first = tasks.isEmpty() ? null : tasks.first();
      return first == null ? null : Duration.ofNanos(Math.max(0, first.dueNanos - nowNanos));
    }
  }

  @Override
  public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
    return add(Executors.callable(command, (Void) null), unit.toNanos(delay), Repeat.ONCE, 0);
  }

  @Override
  public <V extends @Nullable Object> ScheduledFuture<V> schedule(
      Callable<V> callable, long delay, TimeUnit unit) {
    return add(callable, unit.toNanos(delay), Repeat.ONCE, 0);
  }

  @Override
  public ScheduledFuture<?> scheduleAtFixedRate(
      Runnable command, long initialDelay, long period, TimeUnit unit) {
    return repeat(command, initialDelay, period, unit, Repeat.AT_RATE);
  }

  @Override
  public ScheduledFuture<?> scheduleWithFixedDelay(
      Runnable command, long initialDelay, long delay, TimeUnit unit) {
    return repeat(command, initialDelay, delay, unit, Repeat.WITH_DELAY);
  }

  private ScheduledFuture<?> repeat(
      Runnable command, long initialDelay, long period, TimeUnit unit, Repeat repeat) {
    if (period <= 0) {
      throw new IllegalArgumentException("a period must be positive, was " + period);
    }
    return add(
        Executors.callable(command, (Void) null),
        unit.toNanos(initialDelay),
        repeat,
        unit.toNanos(period));
  }

  private <V extends @Nullable Object> Task<V> add(
      Callable<V> work, long delayNanos, Repeat repeat, long periodNanos) {
    synchronized (lock) {
      if (shutdown) {
        throw new RejectedExecutionException("the clock was shut down");
      }
      Task<V> task = new Task<>(work, nowNanos + Math.max(0, delayNanos), repeat, periodNanos);
      tasks.add(task);
      return task;
    }
  }

  @Override
  public void execute(Runnable command) {
    var unused = schedule(command, 0, TimeUnit.NANOSECONDS);
  }

  /** Forgets every task that waits, and refuses new ones. */
  @Override
  public List<Runnable> shutdownNow() {
    synchronized (lock) {
      shutdown = true;
      List<Runnable> left = new ArrayList<>(tasks);
      tasks.clear();
      return left;
    }
  }

  /** As {@link #shutdownNow}: a clock that nobody moves any more would keep its tasks for ever. */
  @Override
  public void shutdown() {
    shutdownNow();
  }

  @Override
  public boolean isShutdown() {
    synchronized (lock) {
      return shutdown;
    }
  }

  @Override
  public boolean isTerminated() {
    return isShutdown();
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) {
    return isShutdown();
  }

  private enum Repeat {
    ONCE,
    AT_RATE,
    WITH_DELAY
  }

  private final class Task<V extends @Nullable Object> extends FutureTask<V>
      implements RunnableScheduledFuture<V> {
    private final long sequence;
    private final Repeat repeat;
    private final long periodNanos;
    private long dueNanos;

    private Task(Callable<V> work, long dueNanos, Repeat repeat, long periodNanos) {
      super(work);
      this.sequence = ++lastSequence;
      this.dueNanos = dueNanos;
      this.repeat = repeat;
      this.periodNanos = periodNanos;
    }

    @Override
    public void run() {
      if (repeat == Repeat.ONCE) {
        super.run();
      } else if (runAndReset()) {
        again();
      }
    }

    private void again() {
      synchronized (lock) {
        // Cancelled while it ran, perhaps by itself: then it stays out.
        if (!shutdown && !isCancelled()) {
          dueNanos = (repeat == Repeat.AT_RATE ? dueNanos : nowNanos) + periodNanos;
          tasks.add(this);
        }
      }
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
      boolean cancelled = super.cancel(mayInterruptIfRunning);
      synchronized (lock) {
        tasks.remove(this);
      }
      return cancelled;
    }

    @Override
    public boolean isPeriodic() {
      return repeat != Repeat.ONCE;
    }

    @Override
    public long getDelay(TimeUnit unit) {
      synchronized (lock) {
        return unit.convert(dueNanos - nowNanos, TimeUnit.NANOSECONDS);
      }
    }

    @Override
    @SuppressWarnings("ComparableType") // ours are only ever compared with each other
    public int compareTo(Delayed other) {
      Task<?> that = (Task<?>) other;
      int byTime = Long.compare(dueNanos, that.dueNanos);
      return byTime != 0 ? byTime : Long.compare(sequence, that.sequence);
    }
  }
}
