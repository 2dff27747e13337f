package dev.tandem.gateway.ladder;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.tandem.testkit.SipText;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** An OPTIONS and its answer: what was sent over UDP before has been read by then. */
public final class UdpRoundTrip {
  private UdpRoundTrip() {}

  public static void to(InetSocketAddress gateway) {
    try (DatagramSocket socket =
        new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
      socket.setSoTimeout(3000);
      String options =
          SipText.request("OPTIONS", "sip:" + gateway.getHostString() + ":" + gateway.getPort())
              .add(
                  "Via",
                  "SIP/2.0/UDP 127.0.0.1:"
                      + socket.getLocalPort()
                      + ";rport;branch="
                      + SipText.newBranch())
              .add("Max-Forwards", "70")
              .add("From", "<sip:probe@example.test>;tag=" + SipText.newTag())
              .add("To", "<sip:example.test>")
              .add("Call-ID", SipText.token(12))
              .add("CSeq", "1 OPTIONS")
              .add("Content-Length", "0")
              .toString();
      byte[] bytes = options.getBytes(US_ASCII);
      socket.send(new DatagramPacket(bytes, bytes.length, gateway));
      socket.receive(new DatagramPacket(new byte[4096], 4096));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
