package dev.tandem.sip.transport.ws;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Tells UTF-8 from other bytes (RFC 3629) without decoding it. */
final class Utf8 {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
  private static final long HIGH_BITS = 0x8080808080808080L;

  private Utf8() {}

  static boolean isValid(byte[] bytes) {
    return isValid(bytes, 0);
  }

  /** Whether the bytes from {@code from} to the end are valid: no overlong forms, no surrogates. */
  static boolean isValid(byte[] bytes, int from) {
    int i = from;
    while (true) {
      i = skipAscii(bytes, i);
      if (i == bytes.length) {
        return true;
      }
      int length = sequenceLength(bytes, i);
      if (length == 0) {
        return false;
      }
      i += length;
    }
  }

  private static int skipAscii(byte[] bytes, int from) {
    int i = from;
    while (i + Long.BYTES <= bytes.length && ((long) LONGS.get(bytes, i) & HIGH_BITS) == 0) {
      i += Long.BYTES;
    }
    while (i < bytes.length && bytes[i] >= 0) {
      i++;
    }
    return i;
  }

  /** The length of the multi-byte sequence at {@code i}, 0 if it is not one (RFC 3629 §4). */
  private static int sequenceLength(byte[] bytes, int i) {
    int lead = bytes[i] & 0xFF;
    if (lead < 0xC2) {
      return 0;
    }
    if (lead < 0xE0) {
      return isTail(bytes, i + 1, 0x80, 0xBF) ? 2 : 0;
    }
    if (lead < 0xF0) {
      int low = lead == 0xE0 ? 0xA0 : 0x80;
      int high = lead == 0xED ? 0x9F : 0xBF;
      return isTail(bytes, i + 1, low, high) && isTail(bytes, i + 2, 0x80, 0xBF) ? 3 : 0;
    }
    if (lead < 0xF5) {
      int low = lead == 0xF0 ? 0x90 : 0x80;
      int high = lead == 0xF4 ? 0x8F : 0xBF;
      return isTail(bytes, i + 1, low, high)
              && isTail(bytes, i + 2, 0x80, 0xBF)
              && isTail(bytes, i + 3, 0x80, 0xBF)
          ? 4
          : 0;
    }
    return 0;
  }

  private static boolean isTail(byte[] bytes, int i, int low, int high) {
    return i < bytes.length && (bytes[i] & 0xFF) >= low && (bytes[i] & 0xFF) <= high;
  }
}
