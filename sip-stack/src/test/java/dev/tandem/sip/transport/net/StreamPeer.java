package dev.tandem.sip.transport.net;

import static dev.tandem.sip.transport.net.FlowLog.PATIENCE;
import static dev.tandem.sip.transport.net.SipText.bytes;
import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;

/** The other end of a connection, with a blocking socket of its own. */
final class StreamPeer implements AutoCloseable {
  final Socket socket;

  StreamPeer(Socket socket) throws IOException {
    this.socket = socket;
    socket.setSoTimeout((int) PATIENCE.toMillis());
    socket.setTcpNoDelay(true);
  }

  static StreamPeer connectTo(InetSocketAddress address) throws IOException {
    return new StreamPeer(new Socket(address.getAddress(), address.getPort()));
  }

  InetSocketAddress address() {
    return (InetSocketAddress) socket.getLocalSocketAddress();
  }

  void sends(String text) throws IOException {
    sends(bytes(text));
  }

  void sends(byte[] data) throws IOException {
    socket.getOutputStream().write(data);
    socket.getOutputStream().flush();
  }

  /** Exactly as many bytes as this text has. */
  String receives(int length) throws IOException {
    return new String(socket.getInputStream().readNBytes(length), ISO_8859_1);
  }

  /** Everything up to the end of the stream; a reset counts as the end. */
  String receivesUntilEnd() throws IOException {
    StringBuilder all = new StringBuilder();
    try {
      byte[] buffer = new byte[4096];
      for (int n; (n = socket.getInputStream().read(buffer)) >= 0; ) {
        all.append(new String(buffer, 0, n, ISO_8859_1));
      }
    } catch (SocketException e) {
      all.append("<RESET>");
    }
    return all.toString();
  }

  void resets() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
