package dev.tandem.gateway.soak;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.tandem.testkit.Sdp;
import dev.tandem.testkit.SipText;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Random;

/**
 * A carrier by UDP that answers most calls, and whose network loses packets both ways. It remembers
 * nothing: what it says to a request depends on the request alone, as of any that is repeated.
 */
final class LossyCarrier implements AutoCloseable {
  private final DatagramSocket socket;
  private final Random random = new Random(5);
  private volatile double loss;
  private volatile boolean silent;

  LossyCarrier(String host, double loss) {
    this.loss = loss;
    try {
      socket = new DatagramSocket(new InetSocketAddress(InetAddress.getByName(host), 0));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread thread = new Thread(this::run, "lossy carrier");
    thread.setDaemon(true);
    thread.start();
  }

  String address() {
    return socket.getLocalAddress().getHostAddress() + ":" + socket.getLocalPort();
  }

  void silent(boolean now) {
    silent = now;
  }

  /** The network is good again. */
  void losesNothing() {
    loss = 0;
  }

  private boolean isLost() {
    return silent || random.nextDouble() < loss;
  }

  private void run() {
    byte[] buffer = new byte[65_535];
    while (!socket.isClosed()) {
      DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
      try {
        socket.receive(packet);
        String text = new String(buffer, 0, packet.getLength(), ISO_8859_1);
        if (!isLost() && text.startsWith("SIP/2.0 ")) {
          continue;
        }
        if (!text.isBlank() && !text.startsWith("SIP/2.0 ") && !isLost()) {
          takes(SipText.parse(text), packet);
        }
      } catch (IOException e) {
        return; // closed
      }
    }
  }

  private void takes(SipText request, DatagramPacket packet) throws IOException {
    switch (request.method()) {
      case "ACK" -> {}
      case "INVITE" -> {
        if (request.toTag() == null && Math.floorMod(request.callId().hashCode(), 7) == 0) {
          send(answer(request, 486, "Busy Here"), packet);
        } else {
          send(answer(request, 180, "Ringing"), packet);
          send(
              answer(request, 200, "OK").add("Contact", "<sip:" + address() + ">").sdp(Sdp.rtp()),
              packet);
        }
      }
      default -> send(answer(request, 200, "OK"), packet);
    }
  }

  private static SipText answer(SipText request, int status, String reason) {
    SipText response = SipText.response(status, reason);
    request.headers("Via").forEach(via -> response.add("Via", via));
    request.headers("Record-Route").forEach(route -> response.add("Record-Route", route));
    String to = request.header("To");
    String tag = Integer.toHexString(request.callId().hashCode());
    return response
        .add("From", request.header("From"))
        .add("To", request.toTag() == null ? to + ";tag=" + tag : to)
        .add("Call-ID", request.callId())
        .add("CSeq", request.header("CSeq"))
        .add("Content-Length", "0");
  }

  private void send(SipText response, DatagramPacket packet) throws IOException {
    if (!isLost()) {
      byte[] bytes = response.bytes();
      socket.send(new DatagramPacket(bytes, bytes.length, packet.getSocketAddress()));
    }
  }

  @Override
  public void close() {
    socket.close();
  }
}
