package dev.tandem.sip.transport.ws;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** The masking of client frames (RFC 6455 §5.3); the same operation masks and unmasks. */
final class Masking {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private Masking() {}

  /**
   * Masks in place.
   *
   * @param mask the frame's masking key, its first byte on the wire the highest
   * @param position where in the frame's payload {@code bytes[from]} stands
   */
  static void apply(int mask, int position, byte[] bytes, int from, int count) {
    int key = Integer.rotateLeft(mask, (position & 3) * 8);
    long wide = (long) key << 32 | (key & 0xFFFF_FFFFL);
    int i = from;
    int end = from + count;
    for (; i + Long.BYTES <= end; i += Long.BYTES) {
      LONGS.set(bytes, i, (long) LONGS.get(bytes, i) ^ wide);
    }
    for (; i < end; i++) {
      bytes[i] ^= (byte) (key >>> 24);
      key = Integer.rotateLeft(key, 8);
    }
  }
}
