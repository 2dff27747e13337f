package dev.tandem.sip.transport.net;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/**
 * The one STUN message that SIP clients send as keep-alive (RFC 5626 §4.4.2) and its answer, which
 * tells the client its address as we see it (RFC 5389 §7.3). Attributes of the request are ignored:
 * none is mandatory in this use. Stateless.
 */
final class StunKeepAlive {
  private static final int HEADER = 20;
  private static final int BINDING_REQUEST = 0x0001;
  private static final int BINDING_SUCCESS = 0x0101;
  private static final int MAGIC_COOKIE = 0x2112A442;
  private static final int XOR_MAPPED_ADDRESS = 0x0020;
  private static final int TRANSACTION_ID = 12;

  private StunKeepAlive() {}

  /** Whether the datagram between position and limit is a binding request; reads nothing off. */
  static boolean isRequest(ByteBuffer datagram) {
    int at = datagram.position();
    return datagram.remaining() >= HEADER
        && datagram.getShort(at) == BINDING_REQUEST
        && datagram.getInt(at + 4) == MAGIC_COOKIE
        && datagram.getShort(at + 2) == datagram.remaining() - HEADER;
  }

  /** The binding success response to a request that {@link #isRequest} knew. */
  static ByteBuffer answer(ByteBuffer request, InetSocketAddress from) {
    InetAddress address = from.getAddress();
    byte[] ip = address.getAddress();
    int valueLength = 4 + ip.length;
    ByteBuffer answer = ByteBuffer.allocate(HEADER + 4 + valueLength);
    answer.putShort((short) BINDING_SUCCESS).putShort((short) (4 + valueLength));
    answer.putInt(MAGIC_COOKIE);
    for (int i = 0; i < TRANSACTION_ID; i++) {
      answer.put(request.get(request.position() + 8 + i));
    }
    answer.putShort((short) XOR_MAPPED_ADDRESS).putShort((short) valueLength);
    answer.putShort((short) (ip.length == 4 ? 1 : 2));
    answer.putShort((short) (from.getPort() ^ (MAGIC_COOKIE >>> 16)));
    // The address is masked by the cookie, and an IPv6 one further by the transaction id; both
    // stand in the header from byte 4 on, in this order.
    for (int i = 0; i < ip.length; i++) {
      answer.put((byte) (ip[i] ^ answer.get(4 + i)));
    }
    return answer.flip();
  }
}
