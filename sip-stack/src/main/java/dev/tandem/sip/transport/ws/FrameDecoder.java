package dev.tandem.sip.transport.ws;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads the frames that a client sends (RFC 6455 §5) and joins fragments to messages. Bytes may
 * come in pieces of any size. The limit of bytes is checked on each frame's header, before any of
 * its payload is kept, and memory grows with the bytes that came, never with the length that a
 * header announces: at most 64 KiB plus one copy of it for a message of 64 KiB, nothing between
 * messages.
 *
 * <p>Not thread-safe: each connection owns one, on its I/O thread.
 */
final class FrameDecoder {

  /** Hears of what was read, in order. */
  interface Receiver {
    void message(byte[] payload, boolean text) throws ProtocolViolation;

    void ping(byte[] payload);

    void pong();

    /** The peer closes, with a status or {@link CloseCode#ABSENT}; nothing is decoded after. */
    void close(int code, String reason);
  }

  private static final byte[] NOTHING = new byte[0];
  private static final int MAX_CONTROL_BYTES = 125;
  private static final int FIRST_GROWTH = 512;

  /** What the next byte is. */
  private enum Stage {
    OPCODE,
    LENGTH,
    LONG_LENGTH,
    MASK,
    PAYLOAD,
    /** After a close frame. */
    NOTHING_MORE
  }

  private final int maxMessageBytes;
  private final int maxPiecesPerSecond;
  private int pieces;
  private Stage stage = Stage.OPCODE;

  // The frame that is being read.
  private boolean fin;
  private byte opcode;
  private byte headerBytesLeft;
  private byte lengthBytes;
  private int mask;
  private long length;
  private int payloadRead;

  // The message that is being read: the fragments before this frame, and what came of this frame.
  private boolean fragmented;
  private boolean text;
  private byte[] message = NOTHING;
  private int messageSize;
  private byte @Nullable [] control;

  FrameDecoder(int maxMessageBytes, int maxPiecesPerSecond) {
    this.maxMessageBytes = maxMessageBytes;
    this.maxPiecesPerSecond = maxPiecesPerSecond;
  }

  /** Another second begins to be counted. */
  void secondPassed() {
    pieces = 0;
  }

  /** Whether a frame or a message has begun and not ended. */
  boolean isMidMessage() {
    return fragmented || (stage != Stage.OPCODE && stage != Stage.NOTHING_MORE);
  }

  /**
   * Reads all of {@code in}.
   *
   * @return how many frames ended in it
   * @throws ProtocolViolation when the connection must be failed; the decoder is then of no use
   */
  int decode(ByteBuffer in, Receiver receiver) throws ProtocolViolation {
    int frames = 0;
    while (in.hasRemaining()) {
      switch (stage) {
        case OPCODE -> opcode(in.get());
        case LENGTH -> length(in.get());
        case LONG_LENGTH -> longLength(in.get());
        case MASK -> mask(in.get());
        case PAYLOAD -> payload(in);
        case NOTHING_MORE -> {
          return frames;
        }
      }
      if (stage == Stage.PAYLOAD && payloadRead == length) {
        frames++;
        frameEnded(receiver);
      }
    }
    return frames;
  }

  private void opcode(byte b) throws ProtocolViolation {
    if ((b & 0x70) != 0) {
      throw broken("reserved bit set without an extension");
    }
    fin = (b & 0x80) != 0;
    opcode = (byte) (b & 0x0F);
    if (!Opcode.isKnown(opcode)) {
      throw broken("reserved opcode " + opcode);
    }
    if (Opcode.isControl(opcode)) {
      if (!fin) {
        throw broken("fragmented control frame");
      }
    } else if (opcode == Opcode.CONTINUATION) {
      if (!fragmented) {
        throw broken("continuation of nothing");
      }
    } else if (fragmented) {
      throw broken("new message inside a fragmented one");
    }
    stage = Stage.LENGTH;
  }

  private void length(byte b) throws ProtocolViolation {
    if ((b & 0x80) == 0) {
      throw broken("frame without a mask");
    }
    int shortLength = b & 0x7F;
    if (shortLength > MAX_CONTROL_BYTES) {
      if (Opcode.isControl(opcode)) {
        throw broken("control frame over 125 bytes");
      }
      lengthBytes = (byte) (shortLength == 126 ? 2 : 8);
      headerBytesLeft = lengthBytes;
      length = 0;
      stage = Stage.LONG_LENGTH;
    } else {
      lengthBytes = 0;
      length = shortLength;
      lengthKnown();
    }
  }

  private void longLength(byte b) throws ProtocolViolation {
    length = length << 8 | (b & 0xFF);
    if (--headerBytesLeft > 0) {
      return;
    }
    if (length < 0) {
      throw broken("length over 63 bits");
    }
    if (length <= (lengthBytes == 2 ? MAX_CONTROL_BYTES : 0xFFFF)) {
      throw broken("length not in its shortest form");
    }
    lengthKnown();
  }

  private void lengthKnown() throws ProtocolViolation {
    if (!Opcode.isControl(opcode) && length > maxMessageBytes - messageSize) {
      throw new ProtocolViolation(CloseCode.TOO_BIG, "message over " + maxMessageBytes + " bytes");
    }
    headerBytesLeft = 4;
    stage = Stage.MASK;
  }

  private void mask(byte b) {
    mask = mask << 8 | (b & 0xFF);
    if (--headerBytesLeft == 0) {
      payloadRead = 0;
      stage = Stage.PAYLOAD;
    }
  }

  private void payload(ByteBuffer in) {
    int count = (int) Math.min(in.remaining(), length - payloadRead);
    if (Opcode.isControl(opcode)) {
      byte[] bytes = control;
      if (bytes == null) {
        bytes = new byte[(int) length];
        control = bytes;
      }
      in.get(bytes, payloadRead, count);
      unmask(bytes, payloadRead, count);
    } else {
      makeRoom(count);
      in.get(message, messageSize, count);
      unmask(message, messageSize, count);
      messageSize += count;
    }
    payloadRead += count;
  }

  private void makeRoom(int count) {
    int needed = messageSize + count;
    if (needed <= message.length) {
      return;
    }
    // The whole of an unfragmented message has mostly come with its header: then this is all of it,
    // and the array is handed over as it is.
    long rest = length - payloadRead;
    int room =
        needed == messageSize + rest && fin
            ? needed
            : Math.max(needed, Math.max(FIRST_GROWTH, message.length * 2));
    int most = fin ? (int) (messageSize + rest) : maxMessageBytes;
    message = Arrays.copyOf(message, Math.min(room, most));
  }

  private void unmask(byte[] bytes, int from, int count) {
    Masking.apply(mask, payloadRead, bytes, from, count);
  }

  private void frameEnded(Receiver receiver) throws ProtocolViolation {
    stage = Stage.OPCODE;
    if (Opcode.isControl(opcode) || !fin) {
      countPiece();
    }
    if (Opcode.isControl(opcode)) {
      byte[] payload = control == null ? NOTHING : control;
      control = null;
      controlEnded(payload, receiver);
      return;
    }
    if (opcode != Opcode.CONTINUATION) {
      text = opcode == Opcode.TEXT;
    }
    fragmented = !fin;
    if (fin) {
      byte[] whole = messageSize == message.length ? message : Arrays.copyOf(message, messageSize);
      message = NOTHING;
      messageSize = 0;
      if (text && !Utf8.isValid(whole)) {
        throw new ProtocolViolation(CloseCode.BAD_DATA, "text that is not UTF-8");
      }
      receiver.message(whole, text);
    }
  }

  /** A frame that is no whole message costs nearly as much as one that is, and nobody counts it. */
  private void countPiece() throws ProtocolViolation {
    if (++pieces > maxPiecesPerSecond) {
      String detail = "over " + maxPiecesPerSecond + " frames in a second that are no message";
      boolean withinMessage = !Opcode.isControl(opcode) || fragmented;
      throw new ProtocolViolation(withinMessage ? CloseCode.TOO_BIG : CloseCode.POLICY, detail);
    }
  }

  private void controlEnded(byte[] payload, Receiver receiver) throws ProtocolViolation {
    switch (opcode) {
      case Opcode.PING -> receiver.ping(payload);
      case Opcode.PONG -> receiver.pong();
      default -> closed(payload, receiver);
    }
  }

  private void closed(byte[] payload, Receiver receiver) throws ProtocolViolation {
    if (payload.length == 0) {
      stage = Stage.NOTHING_MORE;
      receiver.close(CloseCode.ABSENT, "");
      return;
    }
    int code = payload.length == 1 ? 0 : (payload[0] & 0xFF) << 8 | (payload[1] & 0xFF);
    if (!CloseCode.isValid(code)) {
      throw broken("close frame with a bad status");
    }
    if (!Utf8.isValid(payload, 2)) {
      throw new ProtocolViolation(CloseCode.BAD_DATA, "close reason that is not UTF-8");
    }
    stage = Stage.NOTHING_MORE;
    receiver.close(code, new String(payload, 2, payload.length - 2, StandardCharsets.UTF_8));
  }

  private static ProtocolViolation broken(String detail) {
    return new ProtocolViolation(CloseCode.PROTOCOL_ERROR, detail);
  }
}
