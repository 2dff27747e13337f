package dev.tandem.sip.transport.ws;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.testkit.RawWebSocket;
import java.io.ByteArrayOutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * What a client sends, how it is cut up, and what comes back: frames in their order, and then the
 * end. A case that says nothing of the end is closed by the client, with 1000.
 */
final class FramingCase {
  static final int FIN = 0x80;

  private static final int BY_FRAME = 0;
  private static final int NORMAL = 1000;

  /** What is done, or expected, in its order. */
  @FunctionalInterface
  private interface Step {
    void with(RawWebSocket client);
  }

  private final String number;
  private final List<Step> steps = new ArrayList<>();
  private final List<byte[]> unsent = new ArrayList<>();
  private int chop = Integer.MAX_VALUE;
  private int end;

  /** The case of this number in the list. */
  FramingCase(String number) {
    this.number = number;
  }

  String number() {
    return number;
  }

  // How it is cut up; all in one piece when nothing is said. Said first.

  FramingCase byOctet() {
    return inChopsOf(1);
  }

  FramingCase byFrame() {
    return inChopsOf(BY_FRAME);
  }

  FramingCase inChopsOf(int octets) {
    chop = octets;
    return this;
  }

  // What is sent.

  /**
   * A frame.
   *
   * @param firstByte FIN, reserved bits and opcode
   */
  FramingCase sends(int firstByte, byte[] payload) {
    unsent.add(RawWebSocket.frame(firstByte, true, payload));
    return this;
  }

  FramingCase sends(int firstByte, String payload) {
    return sends(firstByte, payload.getBytes(UTF_8));
  }

  FramingCase text(String payload) {
    return sends(FIN | RawWebSocket.TEXT, payload);
  }

  FramingCase begins(String payload) {
    return sends(RawWebSocket.TEXT, payload);
  }

  FramingCase goesOn(String payload) {
    return sends(RawWebSocket.CONTINUATION, payload);
  }

  FramingCase finishes(String payload) {
    return sends(FIN | RawWebSocket.CONTINUATION, payload);
  }

  FramingCase ping(String payload) {
    return sends(FIN | RawWebSocket.PING, payload);
  }

  FramingCase pong(String payload) {
    return sends(FIN | RawWebSocket.PONG, payload);
  }

  /** One message in frames of so many bytes. */
  FramingCase fragments(byte[] message, int size) {
    for (int from = 0; from < message.length; from += size) {
      int to = Math.min(message.length, from + size);
      int opcode = from == 0 ? RawWebSocket.TEXT : RawWebSocket.CONTINUATION;
      sends(to == message.length ? FIN | opcode : opcode, Arrays.copyOfRange(message, from, to));
    }
    return this;
  }

  /** A close frame with this status and reason. */
  FramingCase close(int status, byte[] reason) {
    ByteArrayOutputStream payload = new ByteArrayOutputStream();
    payload.write(status >> 8);
    payload.write(status);
    payload.writeBytes(reason);
    return sends(FIN | RawWebSocket.CLOSE, payload.toByteArray());
  }

  FramingCase close(int status) {
    return close(status, new byte[0]);
  }

  /** Bytes as they are, of a frame that is begun or goes on. */
  FramingCase sendsRaw(byte[] bytes) {
    unsent.add(bytes);
    return this;
  }

  // What comes back.

  /** The message comes back, as text. */
  FramingCase isEchoed(byte[] message) {
    return gets(RawWebSocket.TEXT, message);
  }

  FramingCase isEchoed(String message) {
    return isEchoed(message.getBytes(UTF_8));
  }

  FramingCase getsPong(String payload) {
    return gets(RawWebSocket.PONG, payload.getBytes(UTF_8));
  }

  FramingCase gets(int opcode, byte[] payload) {
    flush();
    steps.add(
        client -> {
          RawWebSocket.Frame frame = client.receive();
          assertThat(frame.opcode()).as(frame.toString()).isEqualTo(opcode);
          assertThat(HexFormat.of().formatHex(frame.payload()))
              .isEqualTo(HexFormat.of().formatHex(payload));
        });
    return this;
  }

  /** The next is a close frame with this status, or 1005 for none, and the end. */
  FramingCase isClosedWith(int status) {
    end = status;
    return this;
  }

  private void flush() {
    List<byte[]> frames = List.copyOf(unsent);
    unsent.clear();
    if (!frames.isEmpty()) {
      int octets = chop;
      steps.add(client -> send(client, frames, octets));
    }
  }

  private static void send(RawWebSocket client, List<byte[]> frames, int octets) {
    try {
      if (octets == BY_FRAME) {
        frames.forEach(client::sendRaw);
        return;
      }
      ByteArrayOutputStream wire = new ByteArrayOutputStream();
      frames.forEach(wire::writeBytes);
      byte[] all = wire.toByteArray();
      for (int from = 0; from < all.length; from += Math.min(octets, all.length - from)) {
        client.sendRaw(Arrays.copyOfRange(all, from, from + Math.min(octets, all.length - from)));
      }
    } catch (UncheckedIOException e) {
      // Ended for what went before, which is seen below.
    }
  }

  /** Carries it out on a connection of its own. */
  void runs(WsServer echo) {
    flush();
    RawWebSocket client = echo.connect();
    try {
      steps.forEach(step -> step.with(client));
      if (end == 0) {
        client.sendClose(NORMAL);
      }
      RawWebSocket.Frame close = client.receive();
      assertThat(close.opcode()).as(close.toString()).isEqualTo(RawWebSocket.CLOSE);
      assertThat(close.closeCode()).isEqualTo(end == 0 ? NORMAL : end);
      client.awaitEnd(RawWebSocket.PATIENCE);
    } finally {
      client.close();
      echo.flows.nextEnd();
    }
  }

  @Override
  public String toString() {
    return number;
  }
}
