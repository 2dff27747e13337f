package dev.tandem.gateway.soak;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.tandem.testkit.Digest;
import dev.tandem.testkit.RawWebSocket;
import dev.tandem.testkit.SipText;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/** A browser of a swarm: opens a WebSocket, registers with its password, and tells how it goes. */
class SipOverLine implements Swarm.Peer {
  private static final String DOMAIN = "example.test";

  private final String user;
  private final Consumer<SipOverLine> registered;
  private final Consumer<SipOverLine> lost;
  private final StringBuilder come = new StringBuilder();
  private final String callId = SipText.token(16);
  private boolean upgraded;
  private boolean done;
  private int cseq;
  Swarm.Line line;

  SipOverLine(String user, Consumer<SipOverLine> registered, Consumer<SipOverLine> lost) {
    this.user = user;
    this.registered = registered;
    this.lost = lost;
  }

  /** An upgrade to SIP over WebSocket. */
  static byte[] handshake() {
    return ("GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
            + "Sec-WebSocket-Protocol: sip\r\n\r\n")
        .getBytes(ISO_8859_1);
  }

  static byte[] frame(byte[] text) {
    return RawWebSocket.frame(0x81, true, text);
  }

  @Override
  public void opened(Swarm.Line opened) {
    line = opened;
    line.sends(handshake());
  }

  @Override
  public void received(Swarm.Line from, ByteBuffer bytes) {
    come.append(ISO_8859_1.decode(bytes));
    if (!upgraded) {
      int end = come.indexOf("\r\n\r\n");
      if (end < 0) {
        return;
      }
      if (come.indexOf("HTTP/1.1 101 ") != 0) {
        line.closes();
        ended(line);
        return;
      }
      come.delete(0, end + 4);
      upgraded = true;
      isUpgraded();
    }
    int begin = come.indexOf("SIP/2.0 ");
    int end = begin < 0 ? -1 : come.indexOf("\r\n\r\n", begin);
    if (end >= 0) {
      SipText response = SipText.parse(come.substring(begin, end + 4));
      come.delete(0, end + 4);
      hears(response);
    }
  }

  /** What it does first. */
  void isUpgraded() {
    line.sends(frame(register(null)));
  }

  private void hears(SipText response) {
    if (response.status() == 401) {
      String offered = response.headers("WWW-Authenticate").get(0);
      line.sends(
          frame(
              register(
                  Digest.authorization(
                      Digest.Challenge.parse(offered),
                      user,
                      "secret",
                      "REGISTER",
                      "sip:" + DOMAIN,
                      1))));
    } else if (response.status() == 200) {
      done = true;
      registered.accept(this);
    } else {
      line.closes();
      ended(line);
    }
  }

  final byte[] register(String credentials) {
    SipText register =
        SipText.request("REGISTER", "sip:" + DOMAIN)
            .add("Via", "SIP/2.0/WS " + user + ".invalid;branch=" + SipText.newBranch())
            .add("Max-Forwards", "70")
            .add("From", "<sip:" + user + "@" + DOMAIN + ">;tag=" + SipText.newTag())
            .add("To", "<sip:" + user + "@" + DOMAIN + ">")
            .add("Call-ID", callId)
            .add("CSeq", ++cseq + " REGISTER")
            .add("Contact", "<sip:" + user + "@" + user + ".invalid;transport=ws>;expires=600");
    if (credentials != null) {
      register.add("Authorization", credentials);
    }
    return register.add("Content-Length", "0").bytes();
  }

  @Override
  public void ended(Swarm.Line from) {
    if (!done) {
      lost.accept(this);
    }
  }
}
