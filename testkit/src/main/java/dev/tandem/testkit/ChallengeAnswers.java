package dev.tandem.testkit;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Which challenge a client takes, and what it answers. Not thread-safe. */
final class ChallengeAnswers {
  private final Shape shape;
  private final PhoneIdentity identity;
  private final Consumer<String> violations;
  private final Map<String, Integer> nonceUses = new HashMap<>();

  ChallengeAnswers(Shape shape, PhoneIdentity identity, Consumer<String> violations) {
    this.shape = shape;
    this.identity = identity;
    this.violations = violations;
  }

  /**
   * The request with credentials, its CSeq and Via still as before; null when the client gives up:
   * it answers once, or twice when the second challenge says stale.
   */
  @Nullable SipText answer(ClientRequest client, SipText response) {
    boolean proxy = response.status() == 407;
    Digest.Challenge challenge =
        choose(response.headers(proxy ? "Proxy-Authenticate" : "WWW-Authenticate"));
    String password = identity.password();
    if (challenge == null || password == null || (client.triedPassword && !challenge.isStale())) {
      return null;
    }
    SipText again = client.text.copy();
    String header = proxy ? "Proxy-Authorization" : "Authorization";
    int use = nonceUses.merge(challenge.get("nonce"), 1, Integer::sum);
    String value =
        Digest.authorization(
            challenge, identity.user(), password, again.method(), again.requestUri(), use);
    return again.remove(header).addAfter("Max-Forwards", header, value);
  }

  /** Browsers read the last line only (their parsers overwrite), and give up unless it is MD5. */
  private Digest.@Nullable Challenge choose(List<String> values) {
    List<Digest.Challenge> challenges = values.stream().map(Digest.Challenge::parse).toList();
    if (challenges.isEmpty()) {
      violations.accept("401 or 407 without a challenge");
      return null;
    }
    Digest.Challenge last = challenges.get(challenges.size() - 1);
    if (!shape.isBrowser()) {
      return challenges.stream()
          .filter(challenge -> challenge.algorithm().equals("SHA-256"))
          .findFirst()
          .orElse(last);
    }
    if (!last.algorithm().equals("MD5")) {
      violations.accept("the last challenge is not MD5, so browsers give up");
      return null;
    }
    return last;
  }
}
