package dev.tandem.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;

/**
 * The network between one device and a server, for TCP: what connects to {@link #address()} comes
 * out at the server, until a test takes the network away. {@link #cut} is the kind that both ends
 * notice, {@link #pull} the kind that nobody does; after {@link #plugsIn} the device has a network
 * again, and may have another address in it.
 *
 * <p>Any thread. Each connection has two threads of its own, which end with it.
 */
public final class Cable implements AutoCloseable {
  private final InetSocketAddress server;
  private final ServerSocket entrance;
  private final Set<Strand> strands = ConcurrentHashMap.newKeySet();

  /** A direction of travel. */
  public enum Way {
    TO_SERVER,
    TO_DEVICE
  }

  /** Guarded by this. Counted down when the network is there again. */
  private CountDownLatch plugged = new CountDownLatch(0);

  private volatile InetAddress source = InetAddress.getLoopbackAddress();

  private Cable(InetSocketAddress server) {
    this.server = server;
    try {
      entrance = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    start("cable-" + entrance.getLocalPort(), this::accept);
  }

  /** A cable that is plugged in, and comes from 127.0.0.1. */
  public static Cable to(InetSocketAddress server) {
    return new Cable(server);
  }

  /** Where the device connects to. */
  public InetSocketAddress address() {
    return (InetSocketAddress) entrance.getLocalSocketAddress();
  }

  /** Every connection is reset, on both ends; new ones wait for {@link #plugsIn}. */
  public synchronized void cut() {
    unplug();
    strands.forEach(Strand::reset);
  }

  /**
   * Silence, as in a lift: every connection stays open on both ends for ever, and carries nothing
   * any more. New ones wait for {@link #plugsIn}.
   */
  public synchronized void pull() {
    unplug();
    strands.forEach(strand -> strand.swallowing.addAll(EnumSet.allOf(Way.class)));
  }

  /**
   * What is sent that way from now on is lost, on the connections that there are. Neither end knows
   * yet; {@link #cut} may tell them.
   */
  public synchronized void swallows(Way way) {
    strands.forEach(strand -> strand.swallowing.add(way));
  }

  private void unplug() {
    if (plugged.getCount() == 0) {
      plugged = new CountDownLatch(1);
    }
  }

  /**
   * There is a network again, for new connections and those that wait.
   *
   * @param source the address in it that the server sees, of this machine: any 127.x.y.z
   */
  public synchronized void plugsIn(InetAddress source) {
    this.source = source;
    plugged.countDown();
  }

  /** The network was away only for a moment: {@link #cut}, and there again from another address. */
  public synchronized void flips(InetAddress newSource) {
    cut();
    plugsIn(newSource);
  }

  private void accept() {
    try {
      while (!entrance.isClosed()) {
        Socket device = entrance.accept();
        start("cable-" + entrance.getLocalPort() + "-" + device.getPort(), () -> join(device));
      }
    } catch (IOException e) {
      // Closed by us.
    }
  }

  /** Connects the device through, as soon as there is a network. */
  private void join(Socket device) {
    try {
      Strand strand = connect(device);
      start(Thread.currentThread().getName() + "-back", () -> strand.carry(Way.TO_DEVICE));
      strand.carry(Way.TO_SERVER);
    } catch (IOException e) {
      reset(device); // what a device sees of a server that is not there
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Strand connect(Socket device) throws IOException, InterruptedException {
    for (; ; ) {
      waiting().await();
      Socket there = new Socket();
      there.bind(new InetSocketAddress(source, 0));
      there.connect(server);
      device.setTcpNoDelay(true);
      there.setTcpNoDelay(true);
      synchronized (this) {
        if (plugged.getCount() == 0) {
          Strand strand = new Strand(device, there);
          strands.add(strand);
          return strand;
        }
      }
      reset(there); // the network went away meanwhile
    }
  }

  private synchronized CountDownLatch waiting() {
    return plugged;
  }

  private static void start(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public synchronized void close() {
    try {
      entrance.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    strands.forEach(Strand::reset);
    plugged.countDown();
  }

  /** One connection through the cable. */
  private final class Strand {
    private final Socket device;
    private final Socket there;
    private final Set<Way> swallowing = ConcurrentHashMap.newKeySet();

    Strand(Socket device, Socket there) {
      this.device = device;
      this.there = there;
    }

    /** Until one end closes. What is swallowed includes the closing. */
    void carry(Way way) {
      Socket from = way == Way.TO_SERVER ? device : there;
      Socket to = way == Way.TO_SERVER ? there : device;
      byte[] buffer = new byte[16_384];
      try {
        for (int read; (read = from.getInputStream().read(buffer)) >= 0; ) {
          if (!swallowing.contains(way)) {
            to.getOutputStream().write(buffer, 0, read);
          }
        }
        if (!swallowing.contains(way)) {
          strands.remove(this);
          device.close(); // neither HTTP nor WebSocket closes one half only
          there.close();
        }
      } catch (IOException e) {
        if (!swallowing.contains(way)) {
          reset();
        }
      }
    }

    void reset() {
      strands.remove(this);
      Cable.reset(device);
      Cable.reset(there);
    }
  }

  private static void reset(Socket socket) {
    try {
      socket.setSoLinger(true, 0); // close sends RST
      socket.close();
    } catch (IOException e) {
      // It was closed already.
    }
  }
}
