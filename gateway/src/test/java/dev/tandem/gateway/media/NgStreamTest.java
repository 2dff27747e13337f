package dev.tandem.gateway.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tandem.sip.time.Timers;
import dev.tandem.testkit.ManualClock;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An rtpengine on TCP whose every byte the test sends. */
class NgStreamTest {
  private static final Map<String, Object> PING = Map.of("command", "ping");
  private static final String QUESTION = "d7:command4:pinge";

  private final ManualClock clock = new ManualClock();
  private ServerSocket server;
  private NgAddress address;
  private NgClient client;

  @BeforeEach
  void start() throws Exception {
    server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
    server.setSoTimeout(10_000);
    address = new NgAddress((InetSocketAddress) server.getLocalSocketAddress(), true);
    client = new NgClient(new Timers(clock, clock), Duration.ofSeconds(8), "b");
  }

  @AfterEach
  void stop() throws Exception {
    client.close();
    server.close();
  }

  /** The cookie of the next question. */
  private static String asked(Socket connection) throws Exception {
    connection.setSoTimeout(10_000);
    InputStream in = connection.getInputStream();
    StringBuilder text = new StringBuilder();
    while (!text.toString().endsWith(QUESTION)) {
      text.append((char) in.read());
    }
    return text.substring(0, text.indexOf(" "));
  }

  private static void says(Socket connection, String text) throws Exception {
    connection.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    connection.getOutputStream().flush();
  }

  private static NgReply answer(CompletableFuture<NgReply> asked) throws Exception {
    return asked.get(10, TimeUnit.SECONDS);
  }

  @Test
  void answersComeInPiecesAndTogether() throws Exception {
    CompletableFuture<NgReply> one = client.ask(address, PING);
    CompletableFuture<NgReply> two = client.ask(address, PING);
    CompletableFuture<NgReply> three = client.ask(address, PING);
    try (Socket connection = server.accept()) {
      String first = asked(connection);
      String second = asked(connection);
      String third = asked(connection);
      says(connection, first.substring(0, 1));
      says(connection, first.substring(1) + " d6:result4:po");
      says(connection, "nge" + second + " d6:result2:oke" + third + " d1:lli1ei-2ee1:md1:k1:vee");
      assertThat(answer(one).text("result")).isEqualTo("pong");
      assertThat(answer(two).text("result")).isEqualTo("ok");
      assertThat(answer(three).at("m").text("k")).isEqualTo("v");
      assertThat(answer(three).list("l")).isEqualTo(List.of(1L, -2L));
    }
  }

  /** Asks other questions until the client has found out that it has to connect anew. */
  private Socket acceptAgain() throws Exception {
    server.setSoTimeout(100);
    return await()
        .pollInSameThread()
        .until(
            () -> {
              var unused = client.ask(address, PING);
              try {
                return server.accept();
              } catch (SocketTimeoutException e) {
                return null;
              }
            },
            Objects::nonNull);
  }

  @Test
  void aConnectionThatBreaksIsMadeAgainForTheRepetition() throws Exception {
    CompletableFuture<NgReply> asked = client.ask(address, PING);
    String cookie;
    try (Socket connection = server.accept()) {
      cookie = asked(connection);
    }
    try (Socket connection = acceptAgain()) {
      clock.advance(Duration.ofSeconds(1));
      await().until(() -> asked(connection).equals(cookie));
      says(connection, cookie + " d6:result4:ponge");
      assertThat(answer(asked).isOk()).isTrue();
    }
  }

  @Test
  void nonsenseEndsTheConnection() throws Exception {
    CompletableFuture<NgReply> asked = client.ask(address, PING);
    try (Socket connection = server.accept()) {
      String cookie = asked(connection);
      says(connection, cookie + " x:");
      assertThat(connection.getInputStream().read()).isEqualTo(-1);
    }
    clock.advance(Duration.ofSeconds(8));
    clock.advance(Duration.ofSeconds(8));
    clock.advance(Duration.ofSeconds(8));
    assertThatThrownBy(() -> answer(asked)).hasCauseInstanceOf(NgException.class);
  }
}
