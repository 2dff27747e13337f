package dev.tandem.sip.ua;

import dev.tandem.sip.transport.Flow;
import dev.tandem.sip.transport.FlowEnd;
import dev.tandem.sip.transport.FlowId;
import dev.tandem.sip.transport.FlowListener;
import dev.tandem.sip.transport.Transport;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** Two flows that are each other's far end, in memory; messages move when the test says so. */
final class Wire {
  private record Message(End to, byte[] bytes) {}

  private final Deque<Message> underWay = new ArrayDeque<>();
  private final List<Message> delivered = new ArrayList<>();
  final List<String> seen = new ArrayList<>();
  private Predicate<String> lost = text -> false;
  final End left;
  final End right;

  Wire(Transport transport, FlowListener leftListener, FlowListener rightListener) {
    left = new End(transport, leftListener, 5071, 5072);
    right = new End(transport, rightListener, 5072, 5071);
    left.far = right;
    right.far = left;
    leftListener.opened(left);
    rightListener.opened(right);
  }

  /** From now on, messages that match are dropped. */
  void loses(Predicate<String> messages) {
    lost = messages;
  }

  /** What was delivered, in the test's words; it is told whether the right end got it. */
  List<String> delivered(BiFunction<Boolean, String, String> words) {
    List<String> told = new ArrayList<>();
    for (Message message : delivered) {
      told.add(
          words.apply(message.to() == right, new String(message.bytes(), StandardCharsets.UTF_8)));
    }
    return told;
  }

  /** What was delivered up to now is of no interest any more. */
  void forget() {
    delivered.clear();
    seen.clear();
  }

  /** Sends the last delivered message that matches once more, changed. */
  void repeat(Predicate<String> which, UnaryOperator<String> change) {
    for (int i = delivered.size() - 1; i >= 0; i--) {
      String text = new String(delivered.get(i).bytes(), StandardCharsets.UTF_8);
      if (which.test(text)) {
        byte[] changed = change.apply(text).getBytes(StandardCharsets.UTF_8);
        underWay.add(new Message(delivered.get(i).to(), changed));
        return;
      }
    }
    throw new IllegalStateException("no such message");
  }

  /** Delivers until nothing moves any more. */
  void settle() {
    while (!underWay.isEmpty()) {
      Message message = underWay.poll();
      String text = new String(message.bytes(), StandardCharsets.UTF_8);
      String line = (message.to() == right ? "> " : "< ") + text.lines().findFirst().orElse("");
      if (lost.test(text)) {
        seen.add("lost " + line);
      } else {
        seen.add(line);
        delivered.add(message);
        message.to().listener.received(message.to(), message.bytes());
      }
    }
  }

  void cut() {
    left.open = false;
    right.open = false;
    left.listener.ended(left, FlowEnd.of(FlowEnd.Cause.BROKEN, "cut"));
    right.listener.ended(right, FlowEnd.of(FlowEnd.Cause.BROKEN, "cut"));
  }

  final class End implements Flow {
    private final FlowId id = FlowId.next();
    private final Transport transport;
    private final FlowListener listener;
    private final InetSocketAddress local;
    private final InetSocketAddress remote;
    private boolean open = true;
    private End far;

    End(Transport transport, FlowListener listener, int localPort, int remotePort) {
      this.transport = transport;
      this.listener = listener;
      this.local = new InetSocketAddress("127.0.0.1", localPort);
      this.remote = new InetSocketAddress("127.0.0.1", remotePort);
    }

    @Override
    public FlowId id() {
      return id;
    }

    @Override
    public Transport transport() {
      return transport;
    }

    @Override
    public InetSocketAddress remote() {
      return remote;
    }

    @Override
    public InetSocketAddress local() {
      return local;
    }

    @Override
    public boolean isOpen() {
      return open;
    }

    @Override
    public boolean send(byte[] message) {
      if (open) {
        underWay.add(new Message(far, message));
      }
      return open;
    }

    @Override
    public void close(FlowEnd why) {
      open = false;
    }
  }
}
