package dev.tandem.gateway.ladder;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Very many JSON clients on a few threads: users {@code u0}, {@code u1} and so on, of whom each even
 * one calls the next, which answers.
 */
final class JsonSwarm implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String SDP =
      "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\n"
          + "c=IN IP4 0.0.0.0\r\na=rtpmap:111 opus/48000/2\r\n";
  private static final int AT_ONCE = 100;

  private final HttpClient http = HttpClient.newHttpClient();
  private final URI uri;
  private final List<Client> clients = new ArrayList<>();
  private final AtomicInteger unexpected = new AtomicInteger();

  JsonSwarm(URI uri) {
    this.uri = uri;
  }

  /** So many sign in, some at a time. */
  void signIn(int count, Duration patience) throws Exception {
    List<CompletableFuture<Void>> all = new ArrayList<>();
    Semaphore room = new Semaphore(AT_ONCE);
    for (int i = 0; i < count; i++) {
      Client client = new Client("u" + i);
      clients.add(client);
      acquire(room, patience);
      client.registered.whenComplete((done, e) -> room.release());
      all.add(client.registered);
      http.newWebSocketBuilder()
          .subprotocols("tandem.v1")
          .buildAsync(uri, client)
          .exceptionally(
              e -> {
                client.registered.completeExceptionally(e);
                return null;
              });
    }
    CompletableFuture.allOf(all.toArray(CompletableFuture[]::new))
        .get(patience.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Every pair has a call, from the first frame to {@code ended} on both sides. */
  void call(Duration patience) throws Exception {
    List<CompletableFuture<Void>> all = new ArrayList<>();
    Semaphore room = new Semaphore(AT_ONCE);
    for (int i = 0; i + 1 < clients.size(); i += 2) {
      Client caller = clients.get(i);
      Client callee = clients.get(i + 1);
      acquire(room, patience);
      CompletableFuture<Void> both = CompletableFuture.allOf(caller.expect(), callee.expect());
      both.whenComplete((done, e) -> room.release());
      all.add(both);
      caller.send("call", Map.of("call", "c" + caller.calls++, "to", callee.user, "sdp", SDP));
    }
    CompletableFuture.allOf(all.toArray(CompletableFuture[]::new))
        .get(patience.toMillis(), TimeUnit.MILLISECONDS);
  }

  private static void acquire(Semaphore room, Duration patience) throws Exception {
    if (!room.tryAcquire(patience.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new TimeoutException("nothing moves");
    }
  }

  /** Refusals and connections that ended. */
  int unexpected() {
    return unexpected.get();
  }

  @Override
  public void close() {
    clients.forEach(Client::abort);
  }

  private final class Client implements WebSocket.Listener {
    private final String user;
    private final CompletableFuture<Void> registered = new CompletableFuture<>();
    private final StringBuilder text = new StringBuilder();
    private final Map<String, Boolean> open = new ConcurrentHashMap<>();
    private CompletableFuture<?> sending = CompletableFuture.completedFuture(null);
    private volatile CompletableFuture<Void> ended = new CompletableFuture<>();
    private volatile WebSocket socket;
    private int calls;
    private int lastId;

    Client(String user) {
      this.user = user;
    }

    CompletableFuture<Void> expect() {
      ended = new CompletableFuture<>();
      return ended;
    }

    synchronized void send(String type, Map<String, ?> fields) {
      ObjectNode frame = JSON.createObjectNode().put("type", type).put("id", "" + ++lastId);
      fields.forEach((name, value) -> frame.set(name, JSON.valueToTree(value)));
      String line = frame.toString();
      sending = sending.thenCompose(done -> socket.sendText(line, true));
    }

    @Override
    public void onOpen(WebSocket made) {
      socket = made;
      made.request(1);
    }

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
      text.append(part);
      if (last) {
        String whole = text.toString();
        text.setLength(0);
        try {
          take(JSON.readTree(whole));
        } catch (JsonProcessingException e) {
          unexpected.incrementAndGet();
        }
      }
      from.request(1);
      return null;
    }

    private void take(JsonNode frame) {
      String call = frame.path("call").asText();
      if (!frame.path("ok").asBoolean(true)) {
        unexpected.incrementAndGet();
      }
      switch (frame.path("type").asText()) {
        case "welcome" -> send("register", Map.of("user", user, "password", "secret"));
        case "register_response" -> registered.complete(null);
        case "incoming" -> send("accept", Map.of("call", call, "sdp", SDP));
        case "accepted" -> send("hangup", Map.of("call", call));
        case "ended" -> {
          if (open.putIfAbsent(call, true) != null
              || !frame.path("code").asText().equals("normal")) {
            unexpected.incrementAndGet(); // told twice, or not an end that was asked for
          }
          ended.complete(null);
        }
        default -> {}
      }
    }

    @Override
    public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
      unexpected.incrementAndGet();
      return null;
    }

    void abort() {
      WebSocket made = socket;
      if (made != null) {
        made.abort();
      }
    }
  }

  /** Signs many in to a gateway that runs, and has them call: WEBSOCKET-URI COUNT ROUNDS. */
  public static void main(String[] args) throws Exception {
    Duration patience = Duration.ofMinutes(3);
    try (JsonSwarm swarm = new JsonSwarm(URI.create(args[0]))) {
      long begin = System.nanoTime();
      swarm.signIn(Integer.parseInt(args[1]), patience);
      System.out.println("signed in after ms " + (System.nanoTime() - begin) / 1_000_000);
      System.in.read(); // whoever measures looks now
      for (int i = 0; i < Integer.parseInt(args[2]); i++) {
        long round = System.nanoTime();
        swarm.call(patience);
        System.out.println("a call each after ms " + (System.nanoTime() - round) / 1_000_000);
      }
      System.out.println("unexpected: " + swarm.unexpected());
    }
    System.exit(0);
  }
}
