package dev.tandem.gateway;

import dev.tandem.gateway.config.ConfigLoader;
import dev.tandem.sip.transport.FlowListener;
import dev.tandem.testkit.ManualClock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * A REGISTER and a whole call through a gateway without the network: two WebSockets in memory. What
 * the two users do, mostly putting strings together, is in the figures.
 */
@State(Scope.Thread)
public class GatewayBench {
  private static final String YAML =
      """
      domain: example.test
      http: {listen: ["127.0.0.1:0"]}
      auth: {enabled: false}
      users:
        - {user: "alice", password: secret}
        - {user: "bob", password: secret}
      """;

  private static final String SDP =
      "v=0\r\no=- 4611731400430051336 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n"
          + "m=audio 50102 UDP/TLS/RTP/SAVPF 111\r\nc=IN IP4 192.0.2.7\r\na=sendrecv\r\n"
          + "a=rtpmap:111 opus/48000/2\r\n";

  private final ManualClock clock = new ManualClock();
  private final MemoryFlow alice = new MemoryFlow(40_001);
  private final MemoryFlow bob = new MemoryFlow(40_002);
  private Gateway gateway;
  private FlowListener flows;
  private int count;

  /** Starts the gateway; both register. */
  @Setup
  public void start() throws Exception {
    gateway =
        Gateway.start(
            new ConfigLoader().parse("bench", YAML, Path.of("")),
            new GatewayEnvironment(clock, clock));
    flows = gateway.sip().flows();
    flows.opened(alice);
    flows.opened(bob);
    register();
    registers(bob, "bob");
  }

  @TearDown
  public void stop() {
    gateway.close();
  }

  /** One who is registered says so again. */
  @Benchmark
  public String register() {
    return registers(alice, "alice");
  }

  /** INVITE, 180, 200, ACK, BYE and 200, on both sides. */
  @Benchmark
  public String call() {
    clock.advance(Duration.ofMillis(1));
    String id = "c" + ++count;
    says(alice, invite(id));
    String offered = bob.take("INVITE");
    says(bob, answer(offered, "180 Ringing", ""));
    alice.take("SIP/2.0 180");
    says(bob, answer(offered, "200 OK", SDP));
    String answered = alice.take("SIP/2.0 200");
    says(alice, inDialog(answered, "ACK", 1));
    bob.take("ACK");
    says(alice, inDialog(answered, "BYE", 2));
    alice.take("SIP/2.0 200");
    says(bob, answer(bob.take("BYE"), "200 OK", ""));
    return answered;
  }

  private void says(MemoryFlow flow, String text) {
    flows.received(flow, text.getBytes(StandardCharsets.ISO_8859_1));
  }

  private String registers(MemoryFlow flow, String user) {
    count++;
    says(
        flow,
        "REGISTER sip:example.test SIP/2.0\r\nVia: SIP/2.0/WS 3kq1c8l5tm0f.invalid;branch=z9hG4bKr"
            + count
            + "\r\nTo: <sip:"
            + user
            + "@example.test>\r\nFrom: <sip:"
            + user
            + "@example.test>;tag=b3ta0d1k7q\r\nCSeq: "
            + count
            + " REGISTER\r\nCall-ID: 9mgpr4sd0o2v6t4hu1ks5c-"
            + user
            + "\r\nMax-Forwards: 70\r\nContact: <sip:t5k1r0qv@3kq1c8l5tm0f.invalid;transport=ws>"
            + ";+sip.instance=\"<urn:uuid:0b9f3b6e-7a55-4d0e-9f3a-1c2d3e4f5a6b>\";reg-id=1"
            + ";expires=600\r\nAllow: ACK,CANCEL,INVITE,MESSAGE,BYE,OPTIONS,INFO,NOTIFY,REFER\r\n"
            + "Supported: outbound, path, gruu\r\nUser-Agent: SIP.js/0.21.1\r\n"
            + "Content-Length: 0\r\n\r\n");
    return flow.take("SIP/2.0 200");
  }

  private static String invite(String id) {
    return "INVITE sip:bob@example.test SIP/2.0\r\n"
        + "Via: SIP/2.0/WS 3kq1c8l5tm0f.invalid;branch=z9hG4bKi"
        + id
        + "\r\nTo: <sip:bob@example.test>\r\nFrom: <sip:alice@example.test>;tag=a"
        + id
        + "\r\nCSeq: 1 INVITE\r\nCall-ID: "
        + id
        + "\r\nMax-Forwards: 70\r\nContact: <sip:t5k1r0qv@3kq1c8l5tm0f.invalid;transport=ws;ob>\r\n"
        + "Allow: ACK,CANCEL,INVITE,MESSAGE,BYE,OPTIONS,INFO,NOTIFY,REFER\r\n"
        + "Supported: outbound\r\nUser-Agent: SIP.js/0.21.1\r\nContent-Type: application/sdp\r\n"
        + "Content-Length: "
        + SDP.length()
        + "\r\n\r\n"
        + SDP;
  }

  /** By the callee: copies what a response has of its request (RFC 3261 §8.2.6.2). */
  private static String answer(String request, String status, String sdp) {
    StringBuilder answer = new StringBuilder(900).append("SIP/2.0 ").append(status).append("\r\n");
    for (int at = request.indexOf('\n') + 1; request.charAt(at) != '\r'; ) {
      int end = request.indexOf('\n', at) + 1;
      if (request.startsWith("To: ", at)) {
        answer.append(request, at, end - 2);
        answer.append(request.indexOf(";tag=", at) < end && request.indexOf(";tag=", at) > 0
            ? "\r\n" : ";tag=b0b\r\n");
      } else if (request.startsWith("Via: ", at)
          || request.startsWith("From: ", at)
          || request.startsWith("Call-ID: ", at)
          || request.startsWith("CSeq: ", at)) {
        answer.append(request, at, end);
      }
      at = end;
    }
    return answer
        .append("Contact: <sip:b0b@9qk1c8l5tm0f.invalid;transport=ws>\r\n")
        .append(sdp.isEmpty() ? "" : "Content-Type: application/sdp\r\n")
        .append("Content-Length: ")
        .append(sdp.length())
        .append("\r\n\r\n")
        .append(sdp)
        .toString();
  }

  private static String inDialog(String answered, String method, int cseq) {
    String target = value(answered, "Contact: ");
    return method
        + " "
        + target.substring(target.indexOf('<') + 1, target.indexOf('>'))
        + " SIP/2.0\r\nVia: SIP/2.0/WS 3kq1c8l5tm0f.invalid;branch=z9hG4bK"
        + method
        + value(answered, "Call-ID: ")
        + "\r\nTo: "
        + value(answered, "To: ")
        + "\r\nFrom: "
        + value(answered, "From: ")
        + "\r\nCSeq: "
        + cseq
        + " "
        + method
        + "\r\nCall-ID: "
        + value(answered, "Call-ID: ")
        + "\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n";
  }

  private static String value(String message, String name) {
    int at = message.indexOf("\n" + name) + 1 + name.length();
    return message.substring(at, message.indexOf('\r', at));
  }
}
