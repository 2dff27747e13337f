package dev.tandem.gateway.media;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The media of a phone whose SIP a test speaks: PCMU by plain RTP on a port of its own. Sends back
 * what it hears, and reads and sends the digits of RFC 4733 as the bytes that they are.
 */
public final class EchoingRtp implements AutoCloseable {
  private static final int EVENTS = 101;
  private static final String KEYS = "0123456789*#ABCD";
  private static final int HEADER = 12;
  private static final int END = 0x80;
  private static final int EVENT_TICKS = 800; // 100 ms of 8000 Hz

  private final DatagramSocket socket;
  private final ScheduledExecutorService talking = Executors.newSingleThreadScheduledExecutor();
  private final int source = new Random().nextInt();
  private final StringBuilder digits = new StringBuilder(); // guarded by this
  private @Nullable SocketAddress peer; // guarded by this
  private long lastEvent = -1;
  private int packets; // guarded by this
  private boolean speaks; // guarded by this
  private short sequence;
  private int time;

  public EchoingRtp(String host) {
    try {
      socket = new DatagramSocket(0, InetAddress.getByName(host));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread thread = new Thread(this::run, "rtp");
    thread.setDaemon(true);
    thread.start();
  }

  /** What its phone says of it. */
  public String sdp() {
    return """
        v=0
        o=phone 1 1 IN IP4 %1$s
        s=-
        c=IN IP4 %1$s
        t=0 0
        m=audio %2$d RTP/AVP 0 %3$d
        a=rtpmap:0 PCMU/8000
        a=rtpmap:%3$d telephone-event/8000
        a=fmtp:%3$d 0-15
        a=ptime:20
        a=sendrecv
        """
        .replace("\n", "\r\n")
        .formatted(socket.getLocalAddress().getHostAddress(), socket.getLocalPort(), EVENTS);
  }

  /**
   * Speaks from now on to whoever described itself so, 50 packets a second, and sends nothing back.
   */
  public synchronized void speaksTo(String sdp) {
    speaks = true;
    InetSocketAddress to =
        new InetSocketAddress(
            part(sdp, "c=IN IP4 (\\S+)"), Integer.parseInt(part(sdp, "m=audio (\\d+)")));
    var unused = talking.scheduleAtFixedRate(() -> speak(to), 0, 20, TimeUnit.MILLISECONDS);
  }

  private static String part(String sdp, String pattern) {
    Matcher matcher = Pattern.compile(pattern).matcher(sdp);
    if (!matcher.find()) {
      throw new AssertionError("nowhere to send to:\n" + sdp);
    }
    return matcher.group(1);
  }

  private synchronized void speak(InetSocketAddress to) {
    peer = to;
    time += 160;
    ByteBuffer packet = ByteBuffer.allocate(HEADER + 160);
    packet.put((byte) 0x80).put((byte) 0).putShort(++sequence).putInt(time).putInt(source);
    while (packet.hasRemaining()) {
      packet.put((byte) (packet.position() % 8 < 4 ? 0x90 : 0x10)); // a buzz
    }
    send(packet.array(), packet.capacity(), to);
  }

  /** Packets of sound that have come so far. */
  public synchronized int packets() {
    return packets;
  }

  /** The digits that have come so far, each by the last packet of its event. */
  public synchronized String digits() {
    return digits.toString();
  }

  /** Sends one digit to whoever is heard: three packets while it lasts, three at its end. */
  public synchronized void presses(char key) {
    int event = KEYS.indexOf(key);
    SocketAddress to = peer;
    if (event < 0 || to == null) {
      throw new AssertionError("nobody hears " + key);
    }
    time += 160;
    for (int i = 1; i <= 6; i++) {
      int length = Math.min(i, 4) * EVENT_TICKS / 4;
      ByteBuffer packet = ByteBuffer.allocate(HEADER + 4);
      packet.put((byte) 0x80).put((byte) (i == 1 ? EVENTS | 0x80 : EVENTS));
      packet.putShort(++sequence).putInt(time).putInt(source);
      packet.put((byte) event).put((byte) (i > 3 ? END | 10 : 10)).putShort((short) length);
      send(packet.array(), packet.capacity(), to);
    }
  }

  private void run() {
    byte[] buffer = new byte[2_000];
    while (!socket.isClosed()) {
      DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
      try {
        socket.receive(packet);
      } catch (IOException e) {
        return; // closed
      }
      if (packet.getLength() > HEADER) {
        take(ByteBuffer.wrap(buffer, 0, packet.getLength()), packet.getSocketAddress());
      }
    }
  }

  private synchronized void take(ByteBuffer packet, SocketAddress from) {
    peer = from;
    if ((packet.get(1) & 0x7f) != EVENTS) {
      packets++;
      if (!speaks) {
        send(packet.array(), packet.limit(), from);
      }
      return;
    }
    long when = packet.getInt(4) & 0xffff_ffffL;
    boolean ends = (packet.get(HEADER + 1) & END) != 0;
    if (ends && when != lastEvent) {
      lastEvent = when;
      digits.append(KEYS.charAt(packet.get(HEADER)));
    }
  }

  private void send(byte[] bytes, int length, SocketAddress to) {
    try {
      socket.send(new DatagramPacket(bytes, length, to));
    } catch (IOException e) {
      if (!socket.isClosed()) {
        throw new UncheckedIOException(e);
      }
    }
  }

  @Override
  public void close() {
    talking.shutdownNow();
    socket.close();
  }
}
