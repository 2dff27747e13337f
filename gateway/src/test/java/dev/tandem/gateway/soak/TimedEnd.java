package dev.tandem.gateway.soak;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tandem.testkit.RawWebSocket;
import dev.tandem.testkit.Sdp;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * One end of a call whose moments are measured: as thin as it can be, so that what is measured is
 * the gateway. It answers at once what rings it, on the thread that reads; it hangs up at once what
 * it called and was answered. One call at a time.
 */
abstract class TimedEnd implements AutoCloseable {
  static final String DOMAIN = "example.test";
  static final String SDP = Sdp.browser() + "a=end-of-candidates\r\n";

  final String user;
  final RawWebSocket socket;
  private volatile long began;
  private volatile long rang;
  private volatile long answered;
  private volatile CountDownLatch over = new CountDownLatch(1);

  TimedEnd(String user, URI uri, String protocol) {
    this.user = user;
    socket =
        RawWebSocket.to(uri)
            .origin("http://" + uri.getAuthority())
            .subprotocol(protocol)
            .onFrame(
                frame -> {
                  if (frame.opcode() == RawWebSocket.TEXT) {
                    hears(frame.text());
                  }
                })
            .connect();
  }

  /** When a call rang and when it was answered, in nanoseconds after it was asked for. */
  record Moments(long rang, long answered) {}

  Moments calls(TimedEnd callee) throws InterruptedException {
    rang = 0;
    answered = 0;
    over = new CountDownLatch(1);
    began = System.nanoTime();
    asks(callee.user);
    if (!over.await(10, TimeUnit.SECONDS)) {
      throw new AssertionError(user + " calls " + callee.user + " in vain");
    }
    return new Moments(rang - began, answered - began);
  }

  abstract void asks(String whom);

  abstract void hears(String text);

  final void itRings() {
    if (rang == 0) {
      rang = System.nanoTime();
    }
  }

  final void itIsAnswered() {
    answered = System.nanoTime();
  }

  final void itIsOver() {
    over.countDown();
  }

  /** Registered, or a call over. */
  final void awaitsReady() throws InterruptedException {
    if (!over.await(10, TimeUnit.SECONDS)) {
      throw new AssertionError(user + " is not let in");
    }
  }

  @Override
  public void close() {
    socket.close();
  }

  /** By the JSON dialect. */
  static final class Json extends TimedEnd {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private int calls;
    private int ids;

    Json(String user, URI uri) {
      super(user, uri, "tandem.v1");
    }

    private void says(String type, String... fields) {
      ObjectNode frame = MAPPER.createObjectNode().put("type", type).put("id", "" + ++ids);
      for (int i = 0; i < fields.length; i += 2) {
        frame.put(fields[i], fields[i + 1]);
      }
      socket.sendText(frame.toString());
    }

    @Override
    void asks(String whom) {
      says("call", "call", "c" + ++calls, "to", whom, "sdp", SDP);
    }

    @Override
    void hears(String text) {
      JsonNode frame;
      try {
        frame = MAPPER.readTree(text);
      } catch (JsonProcessingException e) {
        throw new AssertionError(text, e);
      }
      String call = frame.path("call").asText();
      switch (frame.path("type").asText()) {
        case "welcome" -> says("register", "user", user, "password", "secret");
        case "register_response", "ended" -> itIsOver();
        case "incoming" -> says("accept", "call", call, "sdp", SDP);
        case "progress" -> itRings();
        case "accepted" -> {
          itIsAnswered();
          says("hangup", "call", call);
        }
        default -> {}
      }
    }
  }

  /** By SIP, as a browser's library does. */
  static final class Sip extends TimedEnd {
    private final String host;
    private int calls;

    Sip(String user, URI uri) {
      super(user, uri, "sip");
      host = user + "host.invalid";
      String aor = "sip:" + user + "@" + DOMAIN;
      String first = head("REGISTER sip:" + DOMAIN, "r", "<" + aor + ">", "1 REGISTER");
      socket.sendText(first + "Expires: 600\r\n" + body(""));
    }

    private String head(String request, String call, String to, String cseq) {
      return request
          + " SIP/2.0\r\nVia: SIP/2.0/WS "
          + host
          + ";branch=z9hG4bK"
          + user
          + call
          + cseq.replace(" ", "")
          + "\r\nMax-Forwards: 70\r\nFrom: <sip:"
          + user
          + "@"
          + DOMAIN
          + ">;tag=t"
          + call
          + "\r\nTo: "
          + to
          + "\r\nCall-ID: "
          + user
          + "-"
          + call
          + "\r\nCSeq: "
          + cseq
          + "\r\nContact: <sip:"
          + user
          + "@"
          + host
          + ";transport=ws>\r\n";
    }

    private static String body(String sdp) {
      int length = sdp.getBytes(StandardCharsets.UTF_8).length;
      String type = sdp.isEmpty() ? "" : "Content-Type: application/sdp\r\n";
      return type + "Content-Length: " + length + "\r\n\r\n" + sdp;
    }

    @Override
    void asks(String whom) {
      String uri = "sip:" + whom + "@" + DOMAIN;
      String call = Integer.toString(++calls);
      socket.sendText(head("INVITE " + uri, call, "<" + uri + ">", "1 INVITE") + body(SDP));
    }

    private static String header(String message, String name) {
      int at = message.indexOf("\r\n" + name + ": ");
      int begin = at + name.length() + 4;
      return at < 0 ? "" : message.substring(begin, message.indexOf("\r\n", begin));
    }

    private void answers(String request, String status, String tag, String sdp) {
      StringBuilder answer = new StringBuilder("SIP/2.0 ").append(status).append("\r\n");
      for (String line : request.split("\r\n", -1)) {
        if (line.isEmpty()) {
          break;
        }
        if (line.startsWith("Via: ")
            || line.startsWith("From: ")
            || line.startsWith("Call-ID: ")
            || line.startsWith("CSeq: ")) {
          answer.append(line).append("\r\n");
        } else if (line.startsWith("To: ")) {
          answer.append(line).append(tag).append("\r\n");
        }
      }
      answer.append("Contact: <sip:").append(user).append("@").append(host);
      socket.sendText(answer + ";transport=ws>\r\n" + body(sdp));
    }

    @Override
    void hears(String text) {
      String cseq = header(text, "CSeq");
      if (text.startsWith("INVITE ")) {
        answers(text, "180 Ringing", ";tag=b", "");
        answers(text, "200 OK", ";tag=b", SDP);
      } else if (text.startsWith("BYE ")) {
        answers(text, "200 OK", "", "");
        itIsOver();
      } else if (text.startsWith("SIP/2.0 18")) {
        itRings();
      } else if (text.startsWith("SIP/2.0 200") && cseq.endsWith(" INVITE")) {
        itIsAnswered();
        String contact = header(text, "Contact");
        String target = contact.substring(contact.indexOf('<') + 1, contact.indexOf('>'));
        String call = Integer.toString(calls);
        String to = header(text, "To");
        socket.sendText(head("ACK " + target, call, to, "1 ACK") + body(""));
        socket.sendText(head("BYE " + target, call, to, "2 BYE") + body(""));
      } else if (text.startsWith("SIP/2.0 200")) {
        itIsOver();
      } else if (text.startsWith("SIP/2.0 4") || text.startsWith("SIP/2.0 5")) {
        throw new AssertionError(text);
      }
    }
  }
}
