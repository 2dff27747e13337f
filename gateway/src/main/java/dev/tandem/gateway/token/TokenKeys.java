package dev.tandem.gateway.token;

import java.security.Key;
import java.util.List;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwx.JsonWebStructure;
import org.jose4j.keys.resolvers.JwksVerificationKeyResolver;
import org.jose4j.keys.resolvers.VerificationKeyResolver;
import org.jose4j.lang.UnresolvableKeyException;

/** The keys that tokens may be signed with, as they are known at the moment. Thread-safe. */
public final class TokenKeys implements VerificationKeyResolver {
  private volatile JwksVerificationKeyResolver resolver;
  private volatile Runnable whenUnknown = () -> {};

  public TokenKeys(List<JsonWebKey> keys) {
    resolver = resolver(keys);
  }

  /** From now on these count, and no others. */
  void replace(List<JsonWebKey> keys) {
    resolver = resolver(keys);
  }

  /** Told, on the thread that checks a token, of each token whose key is not known. */
  void whenUnknown(Runnable action) {
    whenUnknown = action;
  }

  private static JwksVerificationKeyResolver resolver(List<JsonWebKey> keys) {
    JwksVerificationKeyResolver made = new JwksVerificationKeyResolver(keys);
    made.setDisambiguateWithVerifySignature(true);
    return made;
  }

  @Override
  public Key resolveKey(JsonWebSignature jws, List<JsonWebStructure> nesting)
      throws UnresolvableKeyException {
    try {
      return resolver.resolveKey(jws, nesting);
    } catch (UnresolvableKeyException e) {
      whenUnknown.run();
      throw e;
    }
  }
}
