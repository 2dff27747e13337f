package dev.tandem.testkit;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;

/**
 * A DNS server on the loopback, by UDP and TCP on one port, that knows what a test tells it and
 * misbehaves as it is told. A name without any records does not exist. Thread-safe; its two threads
 * end with it.
 */
public final class FakeDns implements AutoCloseable {

  /** What can go wrong with a question. */
  public enum Trouble {
    /** No answer, until {@link #recover}. */
    SILENT,
    SERVFAIL,
    REFUSED,
    /** By UDP only the beginning; all of it by TCP. */
    TRUNCATED,
    /** Records that nobody asked for come along, for a name that is somebody else's. */
    SMUGGLES
  }

  private record Asked(Name name, int type) {}

  private final DatagramSocket udp;
  private final ServerSocket tcp;
  private final List<Record> records = new CopyOnWriteArrayList<>();
  private final Map<Asked, Set<Trouble>> troubles = new ConcurrentHashMap<>();
  private final List<String> questions = new CopyOnWriteArrayList<>();
  private volatile @Nullable Trouble general;
  private volatile int negativeTtl = 60;

  private FakeDns(DatagramSocket udp, ServerSocket tcp) {
    this.udp = udp;
    this.tcp = tcp;
  }

  public static FakeDns start() {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    for (int attempt = 0; ; attempt++) {
      try {
        DatagramSocket udp = new DatagramSocket(new InetSocketAddress(loopback, 0));
        try {
          FakeDns made = new FakeDns(udp, new ServerSocket(udp.getLocalPort(), 50, loopback));
          thread("fake-dns-udp", made::serveUdp);
          thread("fake-dns-tcp", made::serveTcp);
          return made;
        } catch (IOException e) {
          udp.close(); // somebody has that port for TCP
          if (attempt == 10) {
            throw e;
          }
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static void thread(String name, Runnable body) {
    Thread thread = new Thread(body, name);
    thread.setDaemon(true);
    thread.start();
  }

  /** Where it listens. */
  public InetSocketAddress address() {
    return new InetSocketAddress(udp.getLocalAddress(), udp.getLocalPort());
  }

  /**
   * Adds records, each as in a zone file: name, TTL in seconds, type, data. Names in the data end
   * with a dot.
   */
  public FakeDns knows(String... lines) {
    for (String line : lines) {
      String[] parts = line.trim().split("\\s+", 4);
      try {
        records.add(
            Record.fromString(
                Name.fromString(parts[0], Name.root),
                Type.value(parts[2]),
                DClass.IN,
                Long.parseLong(parts[1]),
                parts[3],
                Name.root));
      } catch (IOException e) {
        throw new IllegalArgumentException(line, e);
      }
    }
    return this;
  }

  /** Nothing is known of this name any more. */
  public void forgets(String name) {
    Name gone = name(name);
    records.removeIf(record -> record.getName().equals(gone));
  }

  /** For how many seconds it may be believed that something does not exist. */
  public void setNegativeTtl(int seconds) {
    negativeTtl = seconds;
  }

  /** From now on this question meets trouble. */
  public void has(Trouble trouble, String name, String type) {
    troubles
        .computeIfAbsent(
            new Asked(name(name), Type.value(type)), asked -> EnumSet.noneOf(Trouble.class))
        .add(trouble);
  }

  /** From now on every question meets trouble. */
  public void has(Trouble trouble) {
    general = trouble;
  }

  /** All is well from now on. */
  public void recover() {
    general = null;
    troubles.clear();
  }

  /** The questions so far, in order, retransmissions included: "pbx.example SRV udp". */
  public List<String> questions() {
    return List.copyOf(questions);
  }

  /** How often it was asked this, by UDP or TCP. */
  public long timesAsked(String name, String type) {
    return questions.stream().filter(q -> q.startsWith(name + " " + type + " ")).count();
  }

  private static Name name(String name) {
    try {
      return Name.fromString(name, Name.root);
    } catch (TextParseException e) {
      throw new IllegalArgumentException(name, e);
    }
  }

  private void serveUdp() {
    byte[] buffer = new byte[4096];
    while (!udp.isClosed()) {
      try {
        DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
        udp.receive(packet);
        byte[] query = Arrays.copyOf(packet.getData(), packet.getLength());
        byte[] response = answer(query, true);
        if (response != null) {
          udp.send(new DatagramPacket(response, response.length, packet.getSocketAddress()));
        }
      } catch (SocketException e) {
        return; // closed
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private void serveTcp() {
    while (!tcp.isClosed()) {
      try (Socket socket = tcp.accept()) {
        var in = new DataInputStream(socket.getInputStream());
        var out = new DataOutputStream(socket.getOutputStream());
        byte[] query = in.readNBytes(in.readUnsignedShort());
        byte[] response = answer(query, false);
        if (response != null) {
          out.writeShort(response.length);
          out.write(response);
          out.flush();
          in.read(); // until the client closes
        }
      } catch (SocketException | EOFException closed) {
        // by us or by the client
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private byte @Nullable [] answer(byte[] wire, boolean byUdp) throws IOException {
    Message query = new Message(wire);
    Record question = query.getQuestion();
    Name name = question.getName();
    questions.add(
        name.toString(true).toLowerCase(Locale.ROOT)
            + " "
            + Type.string(question.getType())
            + (byUdp ? " udp" : " tcp"));
    Set<Trouble> trouble = troubles.getOrDefault(new Asked(name, question.getType()), Set.of());
    if (is(Trouble.SILENT, trouble)) {
      return null;
    }
    Message response = new Message(query.getHeader().getID());
    response.getHeader().setFlag(Flags.QR);
    response.getHeader().setFlag(Flags.RA);
    response.addRecord(question, Section.QUESTION);
    if (is(Trouble.SERVFAIL, trouble) || is(Trouble.REFUSED, trouble)) {
      boolean refused = is(Trouble.REFUSED, trouble);
      response.getHeader().setRcode(refused ? Rcode.REFUSED : Rcode.SERVFAIL);
    } else if (byUdp && is(Trouble.TRUNCATED, trouble)) {
      response.getHeader().setFlag(Flags.TC);
    } else {
      fill(response, name, question.getType());
      if (is(Trouble.SMUGGLES, trouble)) {
        Name victim = name("victim.example");
        response.addRecord(
            Record.fromString(victim, Type.A, DClass.IN, 60, "127.6.6.6", Name.root),
            Section.ANSWER);
      }
    }
    return response.toWire(byUdp ? 1232 : 65_535);
  }

  private boolean is(Trouble kind, Set<Trouble> here) {
    return general == kind || here.contains(kind);
  }

  private void fill(Message response, Name name, int type) throws IOException {
    List<Record> all = new ArrayList<>(records);
    boolean exists = false;
    boolean answered = false;
    for (Record record : all) {
      if (record.getName().equals(name)) {
        exists = true;
        if (record.getType() == type || record instanceof CNAMERecord) {
          response.addRecord(record, Section.ANSWER);
          answered = true;
        }
      }
    }
    if (!answered) {
      String soa = "ns.example. root.example. 1 3600 600 86400 " + negativeTtl;
      response.addRecord(
          Record.fromString(name("example"), Type.SOA, DClass.IN, 3600, soa, Name.root),
          Section.AUTHORITY);
    }
    if (!exists) {
      response.getHeader().setRcode(Rcode.NXDOMAIN);
    }
  }

  @Override
  public void close() {
    udp.close();
    try {
      tcp.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
