package dev.tandem.gateway.ladder;

import static dev.tandem.testkit.Sip.ACK;
import static dev.tandem.testkit.Sip.BYE;
import static dev.tandem.testkit.Sip.INFO;
import static dev.tandem.testkit.Sip.INVITE;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tandem.testkit.Phone;
import dev.tandem.testkit.SipText;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every {@link HostileBody} comes to its verdict, while two others talk and go on talking. */
class HostileBodyLadderTest extends LadderTest {
  private static final HostileBody DEEP = HostileBody.all().get(0);
  private static final String NUMBER = sip("95550100");

  private Phone alice;
  private Phone bob;

  @BeforeEach
  void talk() {
    alice = sipJs("alice");
    bob = jsSip("bob");
    bob.registers();
    alice.invites(sip("bob"));
    bob.receives(INVITE);
    bob.answers(200);
    alice.receives(200);
    alice.sends(ACK);
    bob.receives(ACK);
    settle();
  }

  private void theTalkGoesOn() {
    alice.sends(INFO);
    bob.receives(INFO);
    bob.answers(200);
    alice.receives(200, INFO);
  }

  private void theTalkEnds() {
    alice.sends(BYE);
    bob.receives(BYE);
    bob.answers(200);
    alice.receives(200, BYE);
    ladder.nothingMore();
  }

  private double counted(String cause) {
    return metric("tandem_sip_parse_failures_total\\{.*cause=\"" + cause + "\".*");
  }

  @ParameterizedTest
  @ValueSource(strings = {"sipJs", "udp", "tcp"})
  void eachComesToItsVerdict(String kind) {
    Phone mallory = phone(kind, "mallory", "carol");
    for (HostileBody body : HostileBody.all()) {
      ladder.remark(body.name());
      double before = counted(body.counted());
      mallory.invites(NUMBER, body);
      switch (body.verdict()) {
        case HostileBody.SESSION -> isOffered(mallory, "application/sdp", sdp(HostileBody.GOOD));
        case HostileBody.AS_IT_IS -> isOffered(mallory, body.type(), body.bytes());
        case HostileBody.NOTHING -> isOffered(mallory, null, new byte[0]);
        default -> mallory.receives(Integer.parseInt(body.verdict()), INVITE);
      }
      boolean isCounted = !body.counted().equals("none");
      assertThat(counted(body.counted()) - before).as(body.name()).isEqualTo(isCounted ? 1 : 0);
      theTalkGoesOn();
    }
    theTalkEnds();
  }

  private static byte[] sdp(String text) {
    return text.getBytes(ISO_8859_1);
  }

  private void isOffered(Phone mallory, @Nullable String type, byte[] body) {
    SipText invite = carrier.receives(INVITE);
    assertThat(invite.find("Content-Type")).isEqualTo(type);
    assertThat(new String(invite.body(), ISO_8859_1)).isEqualTo(new String(body, ISO_8859_1));
    carrier.answers(486);
    carrier.receives(ACK);
    mallory.receives(486, INVITE);
  }

  @Test
  void inACallItIsRefusedAndTheCallGoesOn() {
    for (HostileBody body : HostileBody.all()) {
      if (body.verdict().equals("415")) {
        ladder.remark(body.name());
        alice.sends(INVITE, body);
        alice.receives(415, INVITE);
        theTalkGoesOn();
      }
    }
    theTalkEnds();
  }

  /** The caller's own software is to judge what the callee's says, as behind any proxy. */
  @Test
  void anAnswerThatCannotBeReadCrossesAsItIs() {
    Phone carol = jsSip("carol");
    carol.invites(NUMBER);
    carrier.receives(INVITE);
    carrier.answers(200, DEEP);
    assertThat(carol.receives(200, INVITE).body()).isEqualTo(DEEP.bytes());
    carol.sends(ACK);
    carrier.receives(ACK);
    settle();
    carol.sends(BYE);
    carrier.receives(BYE);
    carrier.answers(200);
    carol.receives(200, BYE);
    theTalkGoesOn();
    theTalkEnds();
  }

  // A Content-Length that is not true.

  @ParameterizedTest
  @CsvSource({"sipJs, -10, 400", "sipJs, 10, 400", "udp, -10, 415", "udp, 10, 400"})
  void aLengthThatIsNotTrueIsRefused(String kind, int off, int status) {
    Phone mallory = phone(kind, "mallory", "carol");
    mallory.invites(NUMBER, message -> length(message, off));
    mallory.receives(status, INVITE);
    theTalkGoesOn();
    theTalkEnds();
  }

  private static void length(SipText message, int off) {
    HostileBody good =
        HostileBody.all().stream()
            .filter(body -> body.verdict().equals(HostileBody.SESSION))
            .findFirst()
            .orElseThrow();
    good.accept(message);
    message.set("Content-Length", Integer.toString(good.bytes().length + off));
  }

  /** On a stream what follows is not to be told apart: it ends at once, or when nothing comes. */
  @ParameterizedTest
  @ValueSource(ints = {-10, 10})
  void aLengthThatIsNotTrueEndsAStream(int off) throws IOException {
    SipText invite =
        SipText.request(INVITE, NUMBER)
            .add("Via", "SIP/2.0/TCP 127.0.0.1:5;branch=" + SipText.newBranch())
            .add("Max-Forwards", "70")
            .add("From", "<" + sip("carol") + ">;tag=" + SipText.newTag())
            .add("To", "<" + NUMBER + ">")
            .add("Call-ID", SipText.token(10))
            .add("CSeq", "1 INVITE");
    length(invite, off);
    try (Socket socket = new Socket(tcp().getAddress(), tcp().getPort())) {
      socket.getOutputStream().write(invite.bytes());
      CompletableFuture<String> heard = CompletableFuture.supplyAsync(() -> all(socket));
      await()
          .atMost(Duration.ofSeconds(10))
          .until(
              () -> {
                clock.advance(Duration.ofSeconds(1));
                return heard.isDone();
              });
      assertThat(heard.join().contains("SIP/2.0 407 ")).isEqualTo(off < 0);
    }
    theTalkGoesOn();
    theTalkEnds();
  }

  private static String all(Socket socket) {
    StringBuilder heard = new StringBuilder();
    try {
      for (int b = socket.getInputStream().read(); b >= 0; b = socket.getInputStream().read()) {
        heard.append((char) b);
      }
    } catch (IOException e) {
      // Reset, which is an end, too.
    }
    return heard.toString();
  }
}
