package dev.tandem.gateway.guard;

import dev.tandem.sip.message.Aor;
import dev.tandem.sip.message.SipUri;
import dev.tandem.sip.stack.EarlyRefusal;
import dev.tandem.sip.stack.RawHeaders;
import dev.tandem.sip.transport.Flow;
import dev.tandem.sip.transport.FlowEnd;
import dev.tandem.sip.transport.FlowListener;
import dev.tandem.sip.transport.http.IoThread;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * The door for new calls: while there is too much to do they wait for their turn or are put off,
 * before any parser and any transaction: to refuse a call in their way costs a third of what it
 * costs to carry one, so that with twice too many calls most of the work would be refusals. Only on
 * connections: a datagram may come again, and only a transaction knows that it is the same.
 */
public final class NewCalls implements FlowListener {
  private static final byte[] CANCEL = {'C', 'A', 'N', 'C', 'E', 'L', ' '};

  private final Overload overload;
  private final Duration patience;
  private final Predicate<String> isEmergency;
  private final Consumer<Turned> counter;
  private final FlowListener listener;
  private final CallQueue.Door door = new Door();
  private final Map<Thread, CallQueue> queues = new ConcurrentHashMap<>();

  /**
   * Makes one before a listener.
   *
   * @param patience how long a call waits for its turn, when many do
   * @param isEmergency whether a number is one that is never put off
   * @param counter hears of every call that is put off
   */
  public NewCalls(
      Overload overload,
      Duration patience,
      Predicate<String> isEmergency,
      Consumer<Turned> counter,
      FlowListener listener) {
    this.overload = overload;
    this.patience = patience;
    this.isEmergency = isEmergency;
    this.counter = counter;
    this.listener = listener;
  }

  /** New calls that these threads read wait for their turn from now on. */
  public void queueOn(List<IoThread> threads) {
    for (IoThread thread : threads) {
      thread.execute(
          () ->
              queues.put(
                  Thread.currentThread(),
                  new CallQueue(thread::executeAfter, System::nanoTime, patience, door)));
    }
  }

  @Override
  public void received(Flow flow, byte[] message) {
    if (!flow.transport().isReliable()) {
      listener.received(flow, message);
    } else if (Kind.of(message) == Kind.INVITE && isNew(message)) {
      newCall(flow, message);
    } else if (!EarlyRefusal.isAck(message)) {
      if (Kind.beginsWith(message, CANCEL)) {
        cancels(flow);
      }
      listener.received(flow, message);
    }
  }

  private void newCall(Flow flow, byte[] invite) {
    CallQueue queue = queues.get(Thread.currentThread());
    if (overload.isBehind() && !door.isUrgent(invite)) {
      door.isPutOff(flow, invite);
    } else if (queue == null) {
      door.passes(flow, invite);
    } else {
      queue.arrives(flow, invite);
    }
  }

  private void cancels(Flow flow) {
    CallQueue queue = queues.get(Thread.currentThread());
    if (queue != null) {
      queue.giveUp(flow);
    }
  }

  private final class Door implements CallQueue.Door {
    @Override
    public boolean isUrgent(byte[] invite) {
      return isEmergency.test(number(RawHeaders.requestUri(invite)));
    }

    @Override
    public void passes(Flow flow, byte[] invite) {
      overload.decided(true);
      listener.received(flow, invite);
    }

    @Override
    public void isPutOff(Flow flow, byte[] invite) {
      byte[] refusal = EarlyRefusal.busy(invite, overload.secondsToWait());
      if (refusal == null) {
        listener.received(flow, invite); // who reads it all knows what is wrong with it
        return;
      }
      overload.decided(false);
      counter.accept(Turned.OVERLOAD);
      flow.send(refusal);
    }
  }

  /** Without a tag behind the address: one inside it is a parameter of the URI. */
  private static boolean isNew(byte[] message) {
    return RawHeaders.values(message, "To", 't').stream()
        .map(to -> to.substring(to.lastIndexOf('>') + 1))
        .noneMatch(parameters -> parameters.toLowerCase(Locale.ROOT).contains("tag="));
  }

  private static String number(String uri) {
    if (uri.toLowerCase(Locale.ROOT).startsWith("tel:")) {
      return uri.substring(4).replaceAll("[-.() ]|;.*", "");
    }
    SipUri sip = SipUri.parse(uri);
    Aor aor = sip == null || sip.user() == null ? null : Aor.parse("sip:" + sip.user() + "@x");
    return aor == null ? "" : aor.user();
  }

  @Override
  public void opened(Flow flow) {
    listener.opened(flow);
  }

  @Override
  public void unframed(Flow flow, byte[] headerSection, FlowEnd why) {
    listener.unframed(flow, headerSection, why);
  }

  @Override
  public void ended(Flow flow, FlowEnd end) {
    listener.ended(flow, end);
  }
}
