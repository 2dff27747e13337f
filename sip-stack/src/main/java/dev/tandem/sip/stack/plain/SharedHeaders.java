package dev.tandem.sip.stack.plain;

import gov.nist.javax.sip.header.SIPHeader;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Headers that clients send the same in every message (Allow, User-Agent, ...), each parsed once
 * and then in every message that has the same line. So nobody may change one: {@link #areIntact} is
 * how the tests see that nobody does. Bounded: where two lines share a place the later takes it.
 * Thread-safe.
 */
final class SharedHeaders {
  private static final int PLACES = 1024;
  private static final int LONGEST = 256;
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
  private static final long MIX = 0x9E3779B97F4A7C15L;
  private static final SharedHeaders INSTANCE = new SharedHeaders();

  private static final class Entry {
    final byte[] line;
    final SIPHeader header;

    Entry(byte[] line, SIPHeader header) {
      this.line = line;
      this.header = header;
    }

    boolean saysItsLine() throws ParseException {
      String text = new String(line, StandardCharsets.UTF_8);
      return JainHeaders.parse(text).encode().equals(header.encode());
    }
  }

  private final AtomicReferenceArray<@Nullable Entry> entries = new AtomicReferenceArray<>(PLACES);

  static SharedHeaders instance() {
    return INSTANCE;
  }

  /** The header of exactly this line, or null. */
  @Nullable SIPHeader find(byte[] message, int from, int to) {
    Entry entry = entries.getAcquire(place(message, from, to));
    return entry != null && Arrays.equals(entry.line, 0, entry.line.length, message, from, to)
        ? entry.header
        : null;
  }

  void keep(byte[] message, int from, int to, SIPHeader header) {
    if (to - from <= LONGEST) {
      byte[] line = Arrays.copyOfRange(message, from, to);
      entries.setRelease(place(message, from, to), new Entry(line, header));
    }
  }

  private static int place(byte[] message, int from, int to) {
    long hash = (long) to - from;
    int i = from;
    for (; i + Long.BYTES <= to; i += Long.BYTES) {
      hash = (hash ^ (long) LONGS.get(message, i)) * MIX;
      hash ^= hash >>> 32;
    }
    for (; i < to; i++) {
      hash = 31 * hash + message[i];
    }
    return (int) (hash ^ hash >>> 10) & (PLACES - 1);
  }

  /** Whether every header still says what its line says. */
  boolean areIntact() {
    try {
      for (int i = 0; i < PLACES; i++) {
        Entry entry = entries.get(i);
        if (entry != null && !entry.saysItsLine()) {
          return false;
        }
      }
      return true;
    } catch (ParseException e) {
      throw new IllegalStateException("kept a line that cannot be read", e);
    }
  }
}
