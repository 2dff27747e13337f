package dev.tandem.gateway.json;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tandem.gateway.bridge.Mailbox;
import dev.tandem.sip.time.Timers;
import java.net.InetSocketAddress;
import java.security.MessageDigest;
import java.security.Principal;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A client that speaks by HTTP: what it sends comes in POSTs, what it is told it fetches from the
 * outbox. It counts as connected while a request for events is open, and for {@link #PATIENCE}
 * after the last. Thread-safe.
 */
final class HttpWire implements Wire {
  static final Duration PATIENCE = Duration.ofSeconds(15);
  static final Duration TICKET = Duration.ofSeconds(30);

  private static final int MAX_LAST_WORDS = 8;

  private final InetSocketAddress remote;
  private final boolean isPrivate;
  private final @Nullable Principal principal;
  private final Timers timers;
  private final Mailbox requests = new Mailbox();
  private final Connection connection;
  private final Deque<ToldFrame> lastWords = new ArrayDeque<>(1); // guarded by this
  private byte[] accessHash = new byte[0]; // guarded by this
  private byte[] ticketHash = new byte[0]; // guarded by this
  private long ticketUntil; // guarded by this
  private @Nullable Feed reader; // guarded by this
  private Timers.@Nullable Timer patience; // guarded by this
  private boolean over; // guarded by this

  HttpWire(JsonService service, JsonParts parts, HttpClient client, String nonce) {
    this.remote = client.remote();
    this.isPrivate = client.isPrivate();
    this.principal = client.principal();
    this.timers = parts.timers();
    this.connection = new Connection(service, parts, this, nonce);
  }

  /** For frames, one at a time. */
  Mailbox requests() {
    return requests;
  }

  Connection connection() {
    return connection;
  }

  @Override
  public synchronized boolean send(byte[] frame) {
    if (over || lastWords.size() >= MAX_LAST_WORDS) {
      return false;
    }
    lastWords.addLast(new ToldFrame(0, frame));
    wake();
    return true;
  }

  @Override
  public synchronized void kept(byte[] frame) {
    wake();
  }

  private void wake() {
    Feed there = reader;
    if (there != null) {
      there.wake.run();
    }
  }

  @Override
  public void close(CloseReason reason, String text) {
    synchronized (this) {
      if (over) {
        return;
      }
      over = true;
      stopWaiting();
      wake();
    }
    connection.ended(text);
  }

  @Override
  public InetSocketAddress remote() {
    return remote;
  }

  @Override
  public boolean isPrivate() {
    return isPrivate;
  }

  @Override
  public @Nullable Principal principal() {
    return principal;
  }

  @Override
  public synchronized void describe(ObjectNode reply) {
    if (accessHash.length == 0) {
      String token = Session.token(32);
      accessHash = Session.hash(token);
      reply.put("accessToken", token);
      waitForReader();
    }
  }

  synchronized boolean isOver() {
    return over;
  }

  /** The client has shown that it is there; it is waited for anew. */
  void isHeard(@Nullable Session session) {
    if (session != null) {
      if (session.outbox().reattach(this)) {
        session.isBack();
      }
      waitForReader();
    }
  }

  /** Whether a request for events is open. */
  synchronized boolean isRead() {
    return reader != null;
  }

  synchronized boolean isAccess(String token) {
    return !over && MessageDigest.isEqual(accessHash, Session.hash(token));
  }

  /** A pass for one request, for clients that cannot set headers. */
  synchronized String newTicket() {
    String ticket = Session.token(16);
    ticketHash = Session.hash(ticket);
    ticketUntil = timers.millis() + TICKET.toMillis();
    return ticket;
  }

  synchronized boolean takesTicket(String ticket) {
    boolean good =
        !over
            && timers.millis() < ticketUntil
            && MessageDigest.isEqual(ticketHash, Session.hash(ticket));
    if (good) {
      ticketUntil = 0;
    }
    return good;
  }

  /**
   * Somebody reads events from now on, and nobody else any more.
   *
   * @param wake called whenever there may be more; does not block
   */
  synchronized EventFeed read(Outbox outbox, long after, Runnable wake) {
    stopWaiting();
    Feed before = reader;
    Feed now = new Feed(outbox, after, wake);
    reader = now;
    if (before != null) {
      before.wake.run();
    }
    return now;
  }

  private void stopWaiting() {
    Timers.Timer waiting = patience;
    patience = null;
    if (waiting != null) {
      waiting.cancel();
    }
  }

  private synchronized void waitForReader() {
    stopWaiting();
    if (!over && reader == null) {
      patience = timers.schedule(PATIENCE, () -> connection.ended("no request for events"));
    }
  }

  private synchronized void closed(Feed feed) {
    if (reader == feed) {
      reader = null;
      waitForReader();
    }
  }

  private synchronized List<ToldFrame> lastWords() {
    List<ToldFrame> all = new ArrayList<>(lastWords);
    lastWords.clear();
    return all;
  }

  private synchronized boolean isReplaced(Feed feed) {
    return reader != feed;
  }

  private final class Feed implements EventFeed {
    private final Outbox outbox;
    private final Runnable wake;
    private long told;

    Feed(Outbox outbox, long after, Runnable wake) {
      this.outbox = outbox;
      this.told = after;
      this.wake = wake;
    }

    @Override
    public @Nullable List<ToldFrame> next() {
      if (isReplaced(this)) {
        return List.of();
      }
      List<ToldFrame> more = outbox.since(told);
      if (more == null) {
        return null;
      }
      if (!more.isEmpty()) {
        told = more.get(more.size() - 1).seq();
      }
      List<ToldFrame> all = new ArrayList<>(more);
      all.addAll(lastWords());
      return all;
    }

    @Override
    public boolean isOver() {
      synchronized (HttpWire.this) {
        return over || reader != this;
      }
    }

    @Override
    public void close() {
      closed(this);
    }
  }
}
