package dev.tandem.gateway.probe;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Requests and responses on one wire. Repeats what UDP loses (RFC 3261 §17.1), and answers what the
 * peer asks meanwhile. Owned by one thread; blocks for as long as it is told at the most.
 */
final class Conversation implements AutoCloseable {
  private static final Duration T1 = Duration.ofMillis(500);
  private static final Duration T2 = Duration.ofSeconds(4);
  private static final int MOST_EARLY = 32;

  private final Wire wire;
  private final List<PlainMessage> arrived = new ArrayList<>();

  /** Responses that came while another request was waited for: 487 before the 200 to CANCEL. */
  private final Deque<PlainMessage> early = new ArrayDeque<>();

  Conversation(Wire wire) {
    this.wire = wire;
  }

  Wire wire() {
    return wire;
  }

  /** Requests that the peer sent of its own accord. */
  List<PlainMessage> arrived() {
    return List.copyOf(arrived);
  }

  /**
   * Sends a request and gathers its responses until one is enough, or final.
   *
   * @param enough a provisional response that need not be followed by another
   */
  Reply ask(PlainMessage request, Duration limit, Predicate<PlainMessage> enough, StepLog log) {
    return gather(request, true, limit, enough, log);
  }

  /** Goes on to gather the responses of a request that was sent. */
  Reply await(PlainMessage request, Duration limit, StepLog log) {
    return gather(request, false, limit, response -> false, log);
  }

  private Reply gather(
      PlainMessage request,
      boolean send,
      Duration limit,
      Predicate<PlainMessage> enough,
      StepLog log) {
    long begin = System.nanoTime();
    long end = begin + limit.toNanos();
    List<PlainMessage> responses = new ArrayList<>(takeEarly(request));
    if (!responses.isEmpty() && responses.get(responses.size() - 1).status() >= 200) {
      return new Reply(responses, Duration.ZERO, null, false);
    }
    boolean repeats = send && !wire.transport().isReliable();
    boolean invite = request.method().equals("INVITE");
    Duration pause = T1;
    try {
      if (send) {
        send(request, log);
      }
      long repeatAt = System.nanoTime() + pause.toNanos();
      while (System.nanoTime() < end) {
        boolean mayRepeat = repeats && !(invite && !responses.isEmpty());
        long until = mayRepeat ? Math.min(end, repeatAt) : end;
        String text = wire.receive(Duration.ofNanos(Math.max(1, until - System.nanoTime())));
        if (text == null) {
          if (mayRepeat && System.nanoTime() >= repeatAt && repeatAt < end) {
            send(request, log);
            pause = pause.multipliedBy(2).compareTo(T2) > 0 ? T2 : pause.multipliedBy(2);
            repeatAt = System.nanoTime() + pause.toNanos();
          }
          continue;
        }
        log.received(text);
        PlainMessage message = PlainMessage.parse(text);
        if (!message.isResponse()) {
          answer(message, log);
        } else if (message.transaction().equals(request.transaction())) {
          responses.add(message);
          if (message.status() >= 200 || enough.test(message)) {
            break;
          }
        } else if (early.size() < MOST_EARLY) {
          early.add(message);
        }
      }
      boolean silent = responses.isEmpty() && wire instanceof UdpWire udp && udp.isRefused();
      return new Reply(responses, since(begin), null, silent);
    } catch (IOException e) {
      return new Reply(responses, since(begin), words(e), false);
    }
  }

  private List<PlainMessage> takeEarly(PlainMessage request) {
    List<PlainMessage> taken =
        early.stream()
            .filter(response -> response.transaction().equals(request.transaction()))
            .toList();
    early.removeAll(taken);
    return taken;
  }

  private static Duration since(long begin) {
    return Duration.ofNanos(System.nanoTime() - begin);
  }

  private static String words(IOException e) {
    String message = e.getMessage();
    return message == null ? e.getClass().getSimpleName() : message;
  }

  /** Sends what no response is waited for: ACK. */
  @Nullable String tell(PlainMessage request, StepLog log) {
    try {
      send(request, log);
      return null;
    } catch (IOException e) {
      return words(e);
    }
  }

  private void send(PlainMessage message, StepLog log) throws IOException {
    String text = message.text();
    log.sent(text);
    wire.send(text);
  }

  /** Hears what the peer asks, for as long as that. */
  void listen(Duration limit, StepLog log) throws IOException {
    String text = wire.receive(limit);
    if (text != null) {
      log.received(text);
      PlainMessage message = PlainMessage.parse(text);
      if (!message.isResponse()) {
        answer(message, log);
      }
    }
  }

  private void answer(PlainMessage request, StepLog log) throws IOException {
    if (arrived.stream().noneMatch(known -> known.transaction().equals(request.transaction()))) {
      arrived.add(request);
    }
    String status =
        switch (request.method()) {
          case "ACK" -> null;
          case "INVITE" -> "480 Only A Check";
          case "CANCEL" -> "481 Call/Transaction Does Not Exist";
          default -> "200 OK";
        };
    if (status != null) {
      send(response(request, status), log);
    }
  }

  private static PlainMessage response(PlainMessage request, String status) {
    PlainMessage response = new PlainMessage("SIP/2.0 " + status, List.of(), "");
    for (String name : List.of("Via", "From", "To", "Call-ID", "CSeq")) {
      for (String value : request.headers(name)) {
        boolean tagless = name.equals("To") && PlainMessage.parameter(value, "tag") == null;
        response = response.with(name, tagless ? value + ";tag=tandem-check" : value);
      }
    }
    return response.with("Allow", RequestWriter.ALLOW);
  }

  @Override
  public void close() {
    wire.close();
  }
}
