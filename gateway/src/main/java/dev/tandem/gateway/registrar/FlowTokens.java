package dev.tandem.gateway.registrar;

import dev.tandem.sip.transport.FlowId;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Names of flows that others can keep for us and nobody can make up (RFC 5626 §5.2): the user part
 * of a URI by which a registrar beyond us finds the way back to one connection of ours.
 *
 * <p>A token is {@code ft-} and, in base64url, the process that made it, the flow there, and an
 * HMAC-SHA-256 of both, cut to 96 bits. A token of a former run is {@link Reading.Dead}, whoever
 * made it: the keys of that run may be gone, and there is nothing that it could lead to. Immutable.
 */
public final class FlowTokens {
  private static final String PREFIX = "ft-";
  private static final int RUN_LENGTH = 6;
  private static final int SIGNED_LENGTH = RUN_LENGTH + Long.BYTES;
  private static final int MAC_LENGTH = 12;
  private static final String ALGORITHM = "HmacSHA256";

  private final byte[] run;
  private final SecretKeySpec key;

  /** What a user part says. */
  public sealed interface Reading {
    /** The flow that we named so; it may have ended since. */
    record Live(FlowId flow) implements Reading {}

    /** It named a flow of another run of ours, or of another node: such a flow is not here. */
    record Dead() implements Reading {}

    /** It says that we made it, and we did not. */
    record Forged() implements Reading {}

    /** It is no token. */
    record Other() implements Reading {}
  }

  /** Makes tokens under a key, and as a run, that no other process has. */
  public FlowTokens() {
    this(random(RUN_LENGTH), random(32));
  }

  FlowTokens(byte[] run, byte[] key) {
    if (run.length != RUN_LENGTH) {
      throw new IllegalArgumentException("a run has " + RUN_LENGTH + " bytes");
    }
    this.run = run.clone();
    this.key = new SecretKeySpec(key, ALGORITHM);
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new SecureRandom().nextBytes(bytes);
    return bytes;
  }

  /** The same for the same flow, always. */
  public String of(FlowId flow) {
    byte[] signed =
        ByteBuffer.allocate(SIGNED_LENGTH + MAC_LENGTH).put(run).putLong(flow.value()).array();
    System.arraycopy(mac(signed), 0, signed, SIGNED_LENGTH, MAC_LENGTH);
    return written(signed);
  }

  private static String written(byte[] token) {
    return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(token);
  }

  /** Reads the user part of a URI. Takes the same time however much of a forged one is right. */
  public Reading read(String user) {
    if (!user.startsWith(PREFIX)) {
      return new Reading.Other();
    }
    byte[] token;
    try {
      token = Base64.getUrlDecoder().decode(user.substring(PREFIX.length()));
    } catch (IllegalArgumentException e) {
      return new Reading.Forged();
    }
    if (token.length != SIGNED_LENGTH + MAC_LENGTH || !written(token).equals(user)) {
      return new Reading.Forged(); // or written with spare bits that we leave at 0
    }
    if (!Arrays.equals(token, 0, RUN_LENGTH, run, 0, RUN_LENGTH)) {
      return new Reading.Dead();
    }
    byte[] said = Arrays.copyOfRange(token, SIGNED_LENGTH, token.length);
    return MessageDigest.isEqual(mac(token), said)
        ? new Reading.Live(new FlowId(ByteBuffer.wrap(token).getLong(RUN_LENGTH)))
        : new Reading.Forged();
  }

  private byte[] mac(byte[] token) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      mac.update(token, 0, SIGNED_LENGTH);
      return Arrays.copyOf(mac.doFinal(), MAC_LENGTH);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
