package dev.tandem.testkit;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.testkit.Cable.Way;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CableTest {
  private static final int PATIENCE_MS = 5_000;

  /** How long nothing has to come, where nothing may come. */
  private static final int SILENCE_MS = 100;

  private ServerSocket server;
  private Cable cable;

  @BeforeEach
  void connect() throws IOException {
    server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    server.setSoTimeout(PATIENCE_MS);
    cable = Cable.to((InetSocketAddress) server.getLocalSocketAddress());
  }

  @AfterEach
  void close() throws IOException {
    cable.close();
    server.close();
  }

  @Test
  void carriesBothWays() throws IOException {
    try (Socket device = device();
        Socket there = server.accept()) {
      assertSays(device, there);
      assertSays(there, device);
    }
  }

  @Test
  void aClosedEndIsClosedAtTheOther() throws IOException {
    try (Socket device = device();
        Socket there = server.accept()) {
      there.close();
      assertThat(read(device)).isEmpty();
    }
  }

  @Test
  void aCutIsAResetForBoth() throws IOException {
    try (Socket device = device();
        Socket there = server.accept()) {
      assertSays(device, there);
      cable.cut();
      assertThatThrownBy(() -> read(device)).isInstanceOf(SocketException.class);
      assertThatThrownBy(() -> read(there)).isInstanceOf(SocketException.class);
    }
  }

  @Test
  void aPulledCableIsSilentForBoth() throws IOException {
    try (Socket device = device();
        Socket there = server.accept()) {
      assertSays(device, there);
      cable.pull();
      cable.plugsIn(InetAddress.getLoopbackAddress());
      say(device);
      say(there);
      there.setSoTimeout(SILENCE_MS);
      device.setSoTimeout(SILENCE_MS);
      assertThatThrownBy(() -> read(there)).isInstanceOf(SocketTimeoutException.class);
      assertThatThrownBy(() -> read(device)).isInstanceOf(SocketTimeoutException.class);
    }
  }

  @Test
  void whatIsSwallowedOneWayIsNotTheOther() throws IOException {
    try (Socket device = device();
        Socket there = server.accept()) {
      assertSays(device, there);
      cable.swallows(Way.TO_SERVER);
      say(device);
      there.setSoTimeout(SILENCE_MS);
      assertThatThrownBy(() -> read(there)).isInstanceOf(SocketTimeoutException.class);
      assertSays(there, device);
    }
  }

  @Test
  void aNewConnectionWaitsForTheNetworkAndComesFromItsNewAddress() throws IOException {
    cable.cut();
    try (Socket device = device()) {
      say(device);
      server.setSoTimeout(SILENCE_MS);
      assertThatThrownBy(() -> server.accept()).isInstanceOf(SocketTimeoutException.class);

      server.setSoTimeout(PATIENCE_MS);
      cable.plugsIn(InetAddress.getByName("127.0.0.9"));
      try (Socket there = server.accept()) {
        assertThat(there.getInetAddress().getHostAddress()).isEqualTo("127.0.0.9");
        assertThat(read(there)).isEqualTo("hello");
      }
    }
  }

  private Socket device() throws IOException {
    Socket socket = new Socket();
    socket.connect(cable.address());
    socket.setSoTimeout(PATIENCE_MS);
    return socket;
  }

  private static void assertSays(Socket speaker, Socket listener) throws IOException {
    say(speaker);
    listener.setSoTimeout(PATIENCE_MS);
    assertThat(read(listener)).isEqualTo("hello");
  }

  private static void say(Socket socket) throws IOException {
    socket.getOutputStream().write("hello".getBytes(US_ASCII));
  }

  private static String read(Socket socket) throws IOException {
    return new String(socket.getInputStream().readNBytes(5), US_ASCII);
  }
}
