package dev.tandem.gateway.media;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * An rtpengine by what it says, without media: it rewrites descriptions so that they can be told
 * apart, keeps an account of its calls, and can be silent, full, or slow. What it was asked can be
 * looked up. Like a real one it answers a cookie that it knows out of its memory.
 */
public final class FakeRtpengine implements AutoCloseable {
  private final DatagramSocket socket;
  private final List<Map<String, Object>> asked = new ArrayList<>(); // guarded by this
  private final Map<String, byte[]> byCookie = new HashMap<>(); // guarded by this
  private final Map<String, Map<String, Integer>> calls = new LinkedHashMap<>(); // name, tag, port
  private final List<DatagramPacket> held = new ArrayList<>(); // guarded by this
  private long packets; // guarded by this
  private int lastPort = 30_000;
  private int drops;
  private boolean silent;
  private boolean mute;
  private boolean holding;
  private @Nullable String refusal;
  private volatile CountDownLatch echo = new CountDownLatch(0);

  public FakeRtpengine() {
    this(0);
  }

  /** At a port where one was before. */
  public FakeRtpengine(int port) {
    try {
      socket = new DatagramSocket(port, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread thread = new Thread(this::run, "fake rtpengine");
    thread.setDaemon(true);
    thread.start();
  }

  public InetSocketAddress address() {
    return (InetSocketAddress) socket.getLocalSocketAddress();
  }

  /** As the configuration writes it. */
  public String hostAndPort() {
    return "127.0.0.1:" + socket.getLocalPort();
  }

  // How it behaves.

  /** So many of the next questions do not arrive. */
  public synchronized void drops(int next) {
    drops = next;
  }

  public synchronized void silent(boolean now) {
    silent = now;
  }

  /** It does what it is asked, but what it says to that gets lost. */
  public synchronized void mute(boolean now) {
    mute = now;
  }

  /** What it says to every offer and answer; null for none. */
  public synchronized void refuses(@Nullable String reason) {
    refusal = reason;
  }

  /** Answers nothing but pings until {@link #goesOn}. */
  public synchronized void holds() {
    holding = true;
  }

  /** Questions that it has not answered for that. */
  public synchronized int held() {
    return held.size();
  }

  public synchronized void goesOn() {
    holding = false;
    List<DatagramPacket> waiting = List.copyOf(held);
    held.clear();
    waiting.forEach(this::take);
  }

  /** So many packets more come in each call. */
  public synchronized void hears(int more) {
    packets += more;
  }

  /** Tells of a key that was pressed in the media of its only call, as one does by JSON. */
  public synchronized void tells(InetSocketAddress to, String tag, int event) {
    String call = calls.keySet().iterator().next();
    sends(
        to,
        """
        {"callid":"%s","source_tag":"%s","tags":["caller","callee"],"type":"DTMF",\
        "timestamp":1795305741,"source_ip":"127.0.0.1","event":%d,"duration":100,"volume":10}"""
            .formatted(call, tag, event));
  }

  /** Whatever it is. */
  public void sends(InetSocketAddress to, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    try {
      socket.send(new DatagramPacket(bytes, bytes.length, to));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Forgets its calls, as one that was started anew. */
  public synchronized void restarts() {
    calls.clear();
    byCookie.clear();
  }

  public synchronized void forgetsWhatWasAsked() {
    asked.clear();
  }

  /** A call that somebody has made. */
  public synchronized void has(String name) {
    calls.put(name, new HashMap<>());
  }

  /** Comes back when it has read what has arrived. */
  public void settle() throws InterruptedException {
    CountDownLatch came = new CountDownLatch(1);
    echo = came;
    sends(address(), "");
    if (!came.await(3, TimeUnit.SECONDS)) {
      throw new AssertionError("a datagram to ourselves did not come");
    }
  }

  // What it has seen.

  /** Questions with this command so far, without repetitions. */
  public synchronized List<Map<String, Object>> asked(String command) {
    return asked.stream().filter(question -> command.equals(question.get("command"))).toList();
  }

  public synchronized List<String> calls() {
    return List.copyOf(calls.keySet());
  }

  // What it does.

  private void run() {
    while (!socket.isClosed()) {
      DatagramPacket packet = new DatagramPacket(new byte[65_535], 65_535);
      try {
        socket.receive(packet);
        take(packet);
      } catch (IOException e) {
        return; // closed
      }
    }
  }

  private synchronized void take(DatagramPacket packet) {
    if (packet.getLength() == 0) {
      echo.countDown();
      return;
    }
    if (silent || drops > 0) {
      drops = Math.max(0, drops - 1);
      return;
    }
    byte[] bytes = new byte[packet.getLength()];
    System.arraycopy(packet.getData(), packet.getOffset(), bytes, 0, bytes.length);
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    String cookie = text.substring(0, text.indexOf(' '));
    try {
      Map<String, Object> question = Bencode.decode(bytes, cookie.length() + 1);
      if (holding && !"ping".equals(question.get("command"))) {
        held.add(packet);
        return;
      }
      byte[] reply = byCookie.get(cookie);
      if (reply == null) {
        asked.add(question);
        reply = reply(cookie, answer(question));
        byCookie.put(cookie, reply);
      }
      if (!mute) {
        socket.send(new DatagramPacket(reply, reply.length, packet.getSocketAddress()));
      }
    } catch (Bencode.BadBencode e) {
      throw new IllegalStateException(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] reply(String cookie, Map<String, Object> answer) {
    String text = cookie + " " + new String(Bencode.encode(answer), StandardCharsets.ISO_8859_1);
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private Map<String, Object> answer(Map<String, Object> question) {
    String command = (String) question.get("command");
    String name = (String) question.getOrDefault("call-id", "");
    return switch (command) {
      case "ping" -> Map.of("result", "pong");
      case "list" -> Map.of("result", "ok", "calls", List.copyOf(calls.keySet()));
      case "query" -> calls.containsKey(name) ? figures() : error("Unknown call-id");
      case "delete" ->
          calls.remove(name) == null
              ? error("Call-ID not found")
              : Map.of("result", "ok", "totals", Map.of());
      case "offer" ->
          refusal == null
              ? rewritten(question, calls.computeIfAbsent(name, any -> new HashMap<>()))
              : refused();
      case "answer" ->
          refusal != null
              ? refused()
              : calls.containsKey(name)
                  ? rewritten(question, calls.get(name))
                  : error("Unknown call-id");
      case "play DTMF", "block DTMF", "start recording", "stop recording" ->
          calls.containsKey(name) ? Map.of("result", "ok") : error("Unknown call-id");
      default -> error("Unrecognized command");
    };
  }

  /** All packets come from the caller. */
  private Map<String, Object> figures() {
    Map<String, Object> stream =
        Map.of("flags", List.of("RTP"), "stats", Map.of("packets", packets));
    Map<String, Object> tag = Map.of("medias", List.of(Map.of("streams", List.of(stream))));
    return Map.of("result", "ok", "tags", Map.of("caller", tag));
  }

  private Map<String, Object> refused() {
    return "load limit".equals(refusal) ? Map.of("result", "load limit") : error(refusal + "");
  }

  private static Map<String, Object> error(String reason) {
    return Map.of("result", "error", "error-reason", reason);
  }

  /** Another port and another protocol: what a test needs to tell it from the original. */
  private Map<String, Object> rewritten(
      Map<String, Object> question, Map<String, Integer> portByTag) {
    boolean offer = "offer".equals(question.get("command"));
    String hears =
        offer ? "not " + question.get("from-tag") : String.valueOf(question.get("from-tag"));
    if (hears.equals("not caller")) {
      hears = "callee";
    } else if (hears.equals("not callee")) {
      hears = "caller";
    }
    int port = portByTag.computeIfAbsent(hears, any -> lastPort += 2);
    String sdp = (String) question.get("sdp");
    String protocol = (String) question.get("transport-protocol");
    return Map.of(
        "result",
        "ok",
        "sdp",
        sdp.replaceAll("m=audio (\\d+) \\S+", "m=audio " + port + " " + protocol));
  }

  @Override
  public void close() {
    socket.close();
  }
}
