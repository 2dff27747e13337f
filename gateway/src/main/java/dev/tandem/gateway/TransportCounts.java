package dev.tandem.gateway;

import dev.tandem.gateway.metrics.GatewayMetrics;
import dev.tandem.sip.transport.Transport;
import dev.tandem.sip.transport.net.NetEvent;
import dev.tandem.sip.transport.net.SocketTransport;
import dev.tandem.sip.transport.ws.WebSocketCounters;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Shows what the transports count of what never became a flow or a message. */
final class TransportCounts {
  /** The others are seen as flows, their ends, and messages. */
  private static final Set<NetEvent> SHOWN =
      EnumSet.of(
          NetEvent.CONNECT_FAILED,
          NetEvent.REFUSED,
          NetEvent.HANDSHAKE_FAILED,
          NetEvent.SEND_DROPPED,
          NetEvent.EVICTED,
          NetEvent.FAILURE);

  private TransportCounts() {}

  static void show(
      GatewayMetrics metrics, List<SocketTransport> sockets, WebSocketCounters webSockets) {
    for (Transport kind : EnumSet.of(Transport.UDP, Transport.TCP, Transport.TLS)) {
      List<SocketTransport> all = sockets.stream().filter(s -> s.transport() == kind).toList();
      for (NetEvent event : SHOWN) {
        metrics.count(
            "tandem.socket.events",
            "What happened at sockets and never became a flow or a message",
            Map.of("transport", label(kind), "event", label(event)),
            all,
            transports -> transports.stream().mapToLong(s -> s.counters().get(event)).sum());
      }
    }
    metrics.count(
        "tandem.websocket.refused",
        "Upgrade requests refused: a foreign Origin, no sub-protocol of ours, no handshake",
        Map.of(),
        webSockets,
        WebSocketCounters::refused);
    metrics.count(
        "tandem.websocket.delayed",
        "Upgrade requests that waited for their turn while many came at once",
        Map.of(),
        webSockets,
        WebSocketCounters::delayed);
  }

  private static String label(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
