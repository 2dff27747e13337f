package dev.tandem.gateway.ladder;

import java.security.MessageDigest;
import java.security.MessageDigestSpi;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.security.Security;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts the blocks that are hashed with MD5 and SHA-256 in this process while it is installed, by
 * everybody who asks for a {@link MessageDigest} from then on. What takes the same time hashes as
 * much.
 */
final class CountedDigests extends Provider implements AutoCloseable {
  private static final int BLOCK = 64;
  private static final int LEAST_PADDING = 9;
  private static final AtomicLong blocks = new AtomicLong();

  private final Provider own;

  private CountedDigests(Provider own) {
    super("CountedDigests", "1", "counts");
    this.own = own;
    for (String algorithm : new String[] {"MD5", "SHA-256"}) {
      putService(
          new Service(this, "MessageDigest", algorithm, Counted.class.getName(), null, null) {
            @Override
            public Object newInstance(Object parameter) throws NoSuchAlgorithmException {
              return new Counted(MessageDigest.getInstance(algorithm, CountedDigests.this.own));
            }
          });
    }
  }

  static CountedDigests install() {
    try {
      CountedDigests provider = new CountedDigests(MessageDigest.getInstance("MD5").getProvider());
      Security.insertProviderAt(provider, 1);
      return provider;
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  long blocks() {
    return blocks.get();
  }

  @Override
  public void close() {
    Security.removeProvider(getName());
  }

  /** One digest; on close of the provider those that are in use go on. */
  private static final class Counted extends MessageDigestSpi {
    private final MessageDigest digest;
    private int length;

    Counted(MessageDigest digest) {
      this.digest = digest;
    }

    @Override
    protected int engineGetDigestLength() {
      return digest.getDigestLength();
    }

    @Override
    protected void engineUpdate(byte input) {
      length++;
      digest.update(input);
    }

    @Override
    protected void engineUpdate(byte[] input, int offset, int count) {
      length += count;
      digest.update(input, offset, count);
    }

    @Override
    protected byte[] engineDigest() {
      blocks.addAndGet((length + LEAST_PADDING + BLOCK - 1) / BLOCK);
      length = 0;
      return digest.digest();
    }

    @Override
    protected void engineReset() {
      length = 0;
      digest.reset();
    }
  }
}
