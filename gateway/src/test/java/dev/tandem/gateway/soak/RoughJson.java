package dev.tandem.gateway.soak;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tandem.testkit.RawWebSocket;
import dev.tandem.testkit.Sdp;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The same that speaks {@code tandem.v1}. It resumes its session when it comes back, and asks again
 * what had no reply; where that session is gone it registers anew, and knows of no call.
 */
final class RoughJson implements RoughClient {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final String user;
  private final URI uri;
  private final Journal journal;
  private final Map<String, String> asked = new LinkedHashMap<>(); // this: guarded by this
  private @Nullable RawWebSocket socket; // and what follows
  private @Nullable RawWebSocket before; // which may still be open, and silent
  private @Nullable String session;
  private String token = "";
  private long seq;
  private int lastId;
  private int calls;
  private int rev;
  private @Nullable String call;
  private boolean holds;
  private CountDownLatch registered = new CountDownLatch(1);
  private CountDownLatch answered = new CountDownLatch(1);
  private CountDownLatch over = new CountDownLatch(0);

  RoughJson(String user, URI uri, Journal journal) {
    this.user = user;
    this.uri = uri;
    this.journal = journal;
  }

  @Override
  public String user() {
    return user;
  }

  // What a script asks for.

  @Override
  public boolean connects() throws InterruptedException {
    CountDownLatch done;
    synchronized (this) {
      registered = new CountDownLatch(1);
      done = registered;
    }
    try {
      RawWebSocket[] made = new RawWebSocket[1];
      CountDownLatch ready = new CountDownLatch(1);
      made[0] =
          RawWebSocket.to(uri)
              .origin("http://" + uri.getAuthority())
              .subprotocol("tandem.v1")
              .onFrame(
                  frame -> {
                    try {
                      ready.await();
                    } catch (InterruptedException e) {
                      Thread.currentThread().interrupt();
                    }
                    if (frame.opcode() == RawWebSocket.TEXT) {
                      hears(frame.text(), made[0]);
                    }
                  })
              .connect();
      synchronized (this) {
        if (before != null) {
          before.close();
        }
        before = socket;
        socket = made[0];
        journal.notes("connects");
      }
      ready.countDown(); // signs in when it is greeted
    } catch (UncheckedIOException | AssertionError e) {
      return false; // the gateway was too busy, or the connection was cut: the script tries again
    }
    return done.await(10, TimeUnit.SECONDS);
  }

  @Override
  public synchronized void isCut() {
    journal.notes("is cut");
    if (socket != null && !socket.hasEnded()) {
      socket.reset();
    }
  }

  @Override
  public synchronized void fallsSilent() {
    journal.notes("falls silent");
    if (socket != null) {
      socket.stopReading();
    }
  }

  @Override
  public synchronized void calls(String target) {
    answered = new CountDownLatch(1);
    over = new CountDownLatch(1);
    String name = "c" + ++calls;
    call = name;
    holds = false;
    asks("call", "call", name, "to", target, "sdp", Sdp.browser(), "trickle", false);
  }

  @Override
  public boolean isAnswered(Duration patience) throws InterruptedException {
    long until = System.nanoTime() + patience.toNanos();
    while (System.nanoTime() < until) {
      if (latch(true).await(50, TimeUnit.MILLISECONDS)) {
        return true;
      }
      if (latch(false).getCount() == 0) {
        return false;
      }
    }
    return false;
  }

  private synchronized CountDownLatch latch(boolean ofAnswer) {
    return ofAnswer ? answered : over;
  }

  @Override
  public boolean isOver(Duration patience) throws InterruptedException {
    return latch(false).await(patience.toMillis(), TimeUnit.MILLISECONDS);
  }

  @Override
  public void cancels() {
    hangsUp();
  }

  @Override
  public synchronized void changes() {
    if (call != null) {
      holds = !holds;
      asks("hold", "call", call, "on", holds);
    }
  }

  @Override
  public synchronized void presses() {
    if (call != null) {
      asks("dtmf", "call", call, "digits", "5");
    }
  }

  @Override
  public synchronized void hangsUp() {
    if (call != null) {
      asks("hangup", "call", call);
      call = null;
    }
  }

  @Override
  public synchronized void forgets() {
    hangsUp();
    over.countDown();
  }

  @Override
  public synchronized void close() {
    if (before != null) {
      before.close();
    }
    if (socket != null) {
      socket.close();
    }
  }

  // What it hears.

  private synchronized void hears(String text, RawWebSocket from) {
    if (from != socket) {
      return; // of an earlier connection
    }
    journal.notes("<- " + text.substring(0, Math.min(text.length(), 120)));
    JsonNode frame = read(text);
    seq = Math.max(seq, frame.path("seq").asLong(0));
    String re = frame.path("re").asText();
    if (!re.isEmpty()) {
      asked.remove(re);
    }
    boolean mine = frame.path("call").asText().equals(call);
    switch (frame.path("type").asText()) {
      case "welcome" -> signsIn();
      case "register_response" -> isSignedIn(frame, frame.path("session").asText());
      case "resume_response" -> isResumed(frame);
      case "call_response" -> {
        if (!frame.path("ok").asBoolean()) {
          isOver();
        }
      }
      case "incoming" -> rings(frame);
      case "accepted" -> {
        if (mine) {
          answered.countDown();
        }
      }
      case "update" -> {
        rev = Math.max(rev, frame.path("rev").asInt());
        asks(
            "update_answer",
            "call",
            frame.path("call").asText(),
            "rev",
            frame.path("rev").asInt(),
            "sdp",
            Sdp.browser());
      }
      case "ended" -> {
        if (mine || call == null) {
          isOver();
        }
      }
      default -> {}
    }
  }

  private void isOver() {
    call = null;
    over.countDown();
  }

  private void signsIn() {
    String before = session;
    if (before == null) {
      asks("register", "user", user, "password", "secret", "features", new String[] {"update"});
    } else {
      asks("resume", "session", before, "token", token, "seq", seq);
    }
  }

  private void isResumed(JsonNode reply) {
    if (!reply.path("ok").asBoolean()) {
      session = null; // it was away for too long, or the reply to the last resume was lost
      seq = 0;
      asked.clear();
      isOver();
      signsIn();
      return;
    }
    boolean known = reply.path("replay").asText().equals("events");
    for (JsonNode each : reply.path("calls")) {
      known |= each.path("call").asText().equals(call);
    }
    if (!known) {
      isOver();
    }
    isSignedIn(reply, session);
    Map.copyOf(asked).values().forEach(this::send);
  }

  private void isSignedIn(JsonNode reply, @Nullable String to) {
    if (reply.path("ok").asBoolean()) {
      session = to;
      token = reply.path("resumeToken").asText();
      registered.countDown();
    }
  }

  private void rings(JsonNode incoming) {
    String name = incoming.path("call").asText();
    if (call != null) {
      asks("reject", "call", name, "code", "busy");
      return;
    }
    call = name;
    holds = false;
    over = new CountDownLatch(1);
    asks("accept", "call", name, "sdp", Sdp.browser());
  }

  // How it writes.

  /** Fields come in pairs: a name, and a value. */
  private void asks(String type, Object... fields) {
    String id = Integer.toString(++lastId);
    ObjectNode frame = JSON.createObjectNode().put("type", type).put("id", id);
    for (int i = 0; i < fields.length; i += 2) {
      frame.set(fields[i].toString(), JSON.valueToTree(fields[i + 1]));
    }
    if (!type.equals("register") && !type.equals("resume")) {
      asked.put(id, frame.toString());
    }
    send(frame.toString());
  }

  private void send(String text) {
    RawWebSocket open = socket;
    journal.notes("-> " + text.substring(0, Math.min(text.length(), 120)));
    try {
      if (open != null) {
        open.sendText(text);
      }
    } catch (UncheckedIOException e) {
      journal.notes("cannot send");
      open.close(); // the script connects again
    }
  }

  private static JsonNode read(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(text, e);
    }
  }
}
