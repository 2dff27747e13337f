package dev.tandem.gateway.json;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a session says, numbered; the last of it is kept, for a client that comes back and for one
 * that asks the same again. Thread-safe.
 */
final class Outbox {
  static final int MAX_FRAMES = 256;
  static final int MAX_BYTES = 256 * 1024;
  static final int MAX_REPLIES = 256;

  private final Deque<ToldFrame> ring = new ArrayDeque<>();
  private final Map<String, ObjectNode> replies =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, ObjectNode> eldest) {
          return size() > MAX_REPLIES;
        }
      };
  private final Set<String> open = new HashSet<>();
  private long seq;
  private int bytes;
  private @Nullable Wire wire;
  private @Nullable Wire last; // the one that is there, or was there until it was lost

  /** Numbers a frame, keeps it, and sends it if there is somebody to send it to. */
  synchronized void send(ObjectNode frame) {
    byte[] text = Frames.write(frame.put("seq", ++seq));
    keep(text);
    Wire to = wire;
    if (to != null) {
      to.kept(text);
    }
  }

  private void keep(byte[] text) {
    ring.addLast(new ToldFrame(seq, text));
    bytes += text.length;
    while (ring.size() > MAX_FRAMES || (bytes > MAX_BYTES && ring.size() > 1)) {
      bytes -= ring.removeFirst().bytes().length;
    }
  }

  /** The client has all up to this one. */
  synchronized void acknowledged(long upTo) {
    while (!ring.isEmpty() && ring.peekFirst().seq() <= upTo) {
      bytes -= ring.removeFirst().bytes().length;
    }
  }

  /** A reply, remembered by the id of its request. */
  synchronized void reply(String id, ObjectNode reply) {
    open.remove(id);
    replies.put(id, reply.deepCopy());
    send(reply);
  }

  /**
   * Whether a request with this id is new. If it is not, its reply is sent again, when there is
   * one; else it will come.
   */
  synchronized boolean begins(String id) {
    ObjectNode known = replies.get(id);
    if (known != null) {
      send(known.deepCopy());
      return false;
    }
    if (open.size() >= MAX_REPLIES) {
      throw Refusal.later("too many requests without a reply", 1);
    }
    return open.add(id);
  }

  /** What was answered to a request; null when nothing was yet, or it is too long ago. */
  synchronized @Nullable ObjectNode replyTo(String id) {
    ObjectNode known = replies.get(id);
    return known == null ? null : known.deepCopy();
  }

  /** The connection that frames go to from now on; the one before, if there was any. */
  synchronized @Nullable Wire attach(@Nullable Wire to) {
    Wire before = wire;
    wire = to;
    last = to;
    return before;
  }

  /** The connection that was lost is there again, unless another has taken its place. */
  synchronized boolean reattach(Wire back) {
    if (wire != null || last != back) {
      return false;
    }
    wire = back;
    return true;
  }

  /** The connection that is there, or was there until it was lost. */
  synchronized @Nullable Wire last() {
    return last;
  }

  /** Forgets a connection, if it is still this one. */
  synchronized boolean detach(Wire gone) {
    if (wire != gone) {
      return false;
    }
    wire = null;
    return true;
  }

  synchronized boolean isAttached() {
    return wire != null;
  }

  /**
   * Changes over to a new connection: first {@code hello}, then all that came after {@code after}.
   *
   * @param hello gets the frames that will be repeated, null when some of them are lost; it says
   *     its words to the new connection
   * @return the connection before
   */
  synchronized @Nullable Wire resume(Wire to, long after, Consumer<@Nullable Integer> hello) {
    List<ToldFrame> missed = since(after);
    Wire before = wire;
    wire = to;
    last = to;
    hello.accept(missed == null ? null : missed.size());
    if (missed != null) {
      missed.forEach(frame -> to.kept(frame.bytes()));
    }
    return before;
  }

  /** All that came after this one; null when some of it is not kept any more. */
  synchronized @Nullable List<ToldFrame> since(long after) {
    if (after > seq) {
      return null;
    }
    long first = ring.isEmpty() ? seq + 1 : ring.peekFirst().seq();
    if (after + 1 < first) {
      return null;
    }
    List<ToldFrame> missed = new ArrayList<>();
    for (ToldFrame kept : ring) {
      if (kept.seq() > after) {
        missed.add(kept);
      }
    }
    return missed;
  }

  synchronized long seq() {
    return seq;
  }
}
