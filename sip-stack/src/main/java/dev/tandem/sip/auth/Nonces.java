package dev.tandem.sip.auth;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Nonces that need no memory until they are used, and a bounded amount then.
 *
 * <p>A nonce is its time of issue (48 bits, ms), a sequence number (48 bits) and the first 96 bits
 * of an HMAC-SHA256 over both and the binding, in hexadecimal. So anybody can be challenged at no
 * cost, and a nonce is good on the connection it was given to and nowhere else.
 *
 * <p>The highest nonce count seen lives in a table of fixed size, in the slot of the sequence
 * number modulo the size. A slot is taken by the first good use of a nonce and lost to the first
 * good use of a newer one that falls on it; the older nonce is then stale and its client, which
 * knows the password, gets a fresh one. Only right passwords reach the table, so strangers cannot
 * empty it.
 *
 * <p>The key is random and lives as long as the process. It is deliberately not configurable:
 * nonces are bound to connections, so no other node could need them, and after a restart the table
 * is empty, so nonces from before would be open to replay.
 *
 * <p>Thread-safe and lock-free.
 */
final class Nonces {
  /** What the use of a nonce came to. */
  enum Use {
    FRESH,
    FOREIGN,
    EXPIRED,
    REPLAYED
  }

  private static final int MAC_LENGTH = 12;
  private static final int LENGTH = 2 * (6 + 6 + MAC_LENGTH);
  private static final long MASK_48 = (1L << 48) - 1;

  private final ThreadLocal<Scratch> scratch;
  private final long lifetimeMillis;

  /** For each slot the upper 32 bits of the sequence number, and below the highest nonce count. */
  private final AtomicLongArray slots;

  private final int slotBits;
  private final AtomicLong sequence;

  /**
   * Makes an empty table.
   *
   * @param secret the HMAC key
   * @param slots a power of two; eight bytes each
   */
  Nonces(byte[] secret, Duration lifetime, int slots) {
    SecretKeySpec key = new SecretKeySpec(secret, "HmacSHA256");
    this.scratch = ThreadLocal.withInitial(() -> new Scratch(key));
    this.lifetimeMillis = lifetime.toMillis();
    this.slots = new AtomicLongArray(slots);
    this.slotBits = Integer.numberOfTrailingZeros(slots);
    // The part above the slot bits is never 0, which stands for an empty slot.
    this.sequence = new AtomicLong(slots - 1L);
  }

  /** A new nonce for a binding. */
  String issue(long binding, long nowMillis) {
    return scratch.get().nonce(nowMillis & MASK_48, sequence.incrementAndGet(), binding);
  }

  /** Takes note of the use of a nonce; to be called only for the right password. */
  Use use(String nonce, long count, long binding, long nowMillis) {
    if (nonce.length() != LENGTH || !Hex.isHex(nonce)) {
      return Use.FOREIGN;
    }
    long time = Hex.number(nonce, 0, 12);
    long number = Hex.number(nonce, 12, 24);
    if (!scratch.get().isGenuine(nonce, time, number, binding)) {
      return Use.FOREIGN;
    }
    long age = nowMillis - time;
    // Negative: the clock was set back, and nobody knows how old the nonce really is.
    return age < 0 || age >= lifetimeMillis ? Use.EXPIRED : count(number, count);
  }

  private Use count(long number, long count) {
    int slot = (int) number & (slots.length() - 1);
    long generation = number >>> slotBits & 0xffff_ffffL;
    while (true) {
      long seen = slots.get(slot);
      long seenGeneration = seen >>> 32;
      if (seenGeneration > generation) {
        return Use.EXPIRED;
      }
      long highest = seenGeneration == generation ? seen & 0xffff_ffffL : 0;
      if (count <= highest) {
        return Use.REPLAYED;
      }
      if (slots.compareAndSet(slot, seen, generation << 32 | count)) {
        return Use.FRESH;
      }
    }
  }

  /** What one thread needs to make and check nonces without garbage. */
  private static final class Scratch {
    private final Mac mac;
    private final byte[] input = new byte[20];
    private final ByteBuffer view = ByteBuffer.wrap(input);
    private final byte[] output = new byte[32];
    private final byte[] claimed = new byte[MAC_LENGTH];
    private final byte[] actual = new byte[MAC_LENGTH];

    Scratch(SecretKeySpec key) {
      try {
        mac = Mac.getInstance("HmacSHA256");
        mac.init(key);
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("this Java has no HmacSHA256", e);
      }
    }

    String nonce(long time, long number, long binding) {
      authenticate(time, number, binding);
      byte[] octets = new byte[LENGTH / 2];
      System.arraycopy(input, 0, octets, 0, 12);
      System.arraycopy(output, 0, octets, 12, MAC_LENGTH);
      return Hex.encode(octets, octets.length);
    }

    boolean isGenuine(String nonce, long time, long number, long binding) {
      authenticate(time, number, binding);
      System.arraycopy(output, 0, actual, 0, MAC_LENGTH);
      for (int i = 0; i < MAC_LENGTH; i++) {
        claimed[i] = (byte) Hex.number(nonce, 24 + 2 * i, 26 + 2 * i);
      }
      return MessageDigest.isEqual(claimed, actual);
    }

    private void authenticate(long time, long number, long binding) {
      // Six octets of time, six of the number, eight of the binding.
      view.putShort(0, (short) (time >>> 32));
      view.putInt(2, (int) time);
      view.putShort(6, (short) (number >>> 32));
      view.putInt(8, (int) number);
      view.putLong(12, binding);
      mac.update(input);
      try {
        mac.doFinal(output, 0);
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
