package dev.tandem.testkit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Everything that the phones of one test sent and received, in order. When an expectation fails it
 * is drawn into the failure. Thread-safe.
 */
public final class Ladder implements AutoCloseable {
  /** How long a stray message may take, after the round trip, to be seen as one. */
  private static final Duration QUIET = Duration.ofMillis(20);

  /** A drawing is for people: it has the last events only. */
  private static final int DRAWN = 120;

  private final long started = System.nanoTime();
  private final Duration patience;
  private final List<Phone> phones = new ArrayList<>();
  private final List<LadderDrawing.Event> events = new ArrayList<>();
  private final List<String> violations = new ArrayList<>();

  public Ladder() {
    this(Duration.ofSeconds(3));
  }

  /**
   * A ladder with its own patience.
   *
   * @param patience how long a phone waits for a message, in real time
   */
  public Ladder(Duration patience) {
    this.patience = patience;
  }

  Duration patience() {
    return patience;
  }

  synchronized void joined(Phone phone) {
    phones.add(phone);
  }

  synchronized void message(String phone, boolean sent, SipText text, String mark) {
    String what =
        text.isRequest() ? text.method() + " " + number(text) : text.status() + " " + text.method();
    String label = what + (text.hasBody() ? " +body" : "") + mark;
    events.add(new LadderDrawing.Event(now(), phone, false, sent, label));
  }

  private static String number(SipText text) {
    String cseq = text.find("CSeq");
    return cseq == null ? "?" : cseq.replaceFirst("\\s.*", "");
  }

  synchronized void note(String phone, String text) {
    events.add(new LadderDrawing.Event(now(), phone, true, false, text));
  }

  /** Something no client would accept: every expectation fails from now on. */
  synchronized void violation(String phone, String text) {
    note(phone, "VIOLATION: " + text);
    violations.add(phone + ": " + text);
  }

  private long now() {
    return System.nanoTime() - started;
  }

  /** A remark of the test itself. */
  public synchronized void remark(String text) {
    note(events.isEmpty() ? "gateway" : events.get(0).phone(), text);
  }

  /** The last of the ladder; who spoke first stands on the left. */
  public synchronized String draw() {
    List<LadderDrawing.Event> last =
        events.subList(Math.max(0, events.size() - DRAWN), events.size());
    return LadderDrawing.draw(
        last.stream().map(LadderDrawing.Event::phone).distinct().toList(), last);
  }

  /** An error that shows the ladder; not thrown. */
  AssertionError failure(String text) {
    return new AssertionError(text + "\n\n" + draw());
  }

  synchronized void failOnViolation() {
    if (!violations.isEmpty()) {
      throw failure(String.join("\n", violations));
    }
  }

  /**
   * Comes back when the gateway has done what the phones with a connection asked of it before: each
   * makes a round trip.
   */
  public void settle() {
    phones().forEach(Phone::roundTrip);
  }

  private synchronized List<Phone> phones() {
    return List.copyOf(phones);
  }

  /** Fails when a phone has received something that the script did not ask for. */
  public void nothingMore() {
    settle();
    List<Phone> all = phones();
    all.forEach(phone -> phone.awaitsQuiet(QUIET));
    List<String> left = new ArrayList<>();
    for (Phone phone : all) {
      phone.unexpected().forEach(text -> left.add(phone.name() + " also received\n" + text));
    }
    failOnViolation();
    if (!left.isEmpty()) {
      throw failure(String.join("\n", left));
    }
  }

  /** Ends all phones. */
  @Override
  public void close() {
    phones().forEach(Phone::close);
  }
}
