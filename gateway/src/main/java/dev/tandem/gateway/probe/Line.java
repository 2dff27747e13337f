package dev.tandem.gateway.probe;

import dev.tandem.sip.transport.Transport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The way to the peer once it is there: our socket, and where the peer may come to us. Closes both.
 *
 * @param shown our address and port in Via and Contact
 * @param held whether somebody else has the configured port: mostly the running gateway
 * @param server where connections of the peer are taken; null on UDP, or when we cannot
 */
record Line(
    Conversation conversation,
    InetSocketAddress shown,
    boolean listening,
    boolean held,
    @Nullable ServerSocket server)
    implements AutoCloseable {
  private static final Duration TURN = Duration.ofMillis(100);

  Transport transport() {
    return conversation.wire().transport();
  }

  /** Waits for what the peer sends of its own accord; returns at the first thing that comes. */
  List<PlainMessage> waitForPeer(Duration limit, StepLog log) {
    long end = System.nanoTime() + limit.toNanos();
    List<Conversation> all = new ArrayList<>(List.of(conversation));
    List<PlainMessage> came = new ArrayList<>(conversation.arrived());
    while (came.isEmpty() && !all.isEmpty() && System.nanoTime() < end) {
      accept(all);
      for (Conversation each : List.copyOf(all)) {
        try {
          each.listen(TURN, log);
          came.addAll(each.arrived());
        } catch (IOException ended) {
          all.remove(each);
        }
      }
    }
    all.stream().filter(each -> each != conversation).forEach(Conversation::close);
    return came;
  }

  private void accept(List<Conversation> all) {
    ServerSocket listens = server;
    if (listens == null) {
      return;
    }
    try {
      listens.setSoTimeout((int) TURN.toMillis());
      Socket accepted = listens.accept();
      if (accepted.getInetAddress().equals(conversation.wire().remote().getAddress())) {
        all.add(new Conversation(new StreamWire(accepted, transport())));
      } else {
        accepted.close();
      }
    } catch (SocketTimeoutException nobodyCame) {
      // The next turn is soon.
      return;
    } catch (IOException e) {
      all.removeIf(each -> each != conversation);
    }
  }

  @Override
  public void close() {
    conversation.close();
    ServerSocket listens = server;
    if (listens != null) {
      try {
        listens.close();
      } catch (IOException e) {
        // The process ends soon, and the socket with it.
        return;
      }
    }
  }
}
