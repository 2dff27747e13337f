package dev.tandem.gateway.probe;

import dev.tandem.gateway.config.trunk.TrunkAuth;
import dev.tandem.sip.auth.ClientCredentials;
import dev.tandem.sip.auth.Credentials;
import dev.tandem.sip.auth.DigestAlgorithm;
import dev.tandem.sip.auth.DigestClient;
import dev.tandem.sip.auth.DigestClient.Challenger;
import dev.tandem.sip.auth.DigestClient.Verdict;
import java.util.EnumMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Answers the peer's challenges with the trunk's account. Owned by one thread. */
final class Login {
  private static final Pattern REALM = Pattern.compile("(?i)\\brealm\\s*=\\s*\"([^\"]*)\"");

  private final @Nullable TrunkAuth auth;
  private final @Nullable DigestClient client;

  Login(@Nullable TrunkAuth auth) {
    this.auth = auth;
    this.client = auth == null ? null : new DigestClient(credentials(auth));
  }

  private static ClientCredentials credentials(TrunkAuth auth) {
    if (auth.password() != null) {
      return ClientCredentials.ofPassword(auth.user(), auth.password().reveal(), auth.realm());
    }
    Map<DigestAlgorithm, String> ha1 = new EnumMap<>(DigestAlgorithm.class);
    if (auth.ha1() != null) {
      ha1.put(DigestAlgorithm.MD5, auth.ha1().reveal());
    }
    if (auth.ha1Sha256() != null) {
      ha1.put(DigestAlgorithm.SHA_256, auth.ha1Sha256().reveal());
    }
    return ClientCredentials.ofHa1(
        auth.user(), String.valueOf(auth.realm()), Credentials.ofHa1(ha1));
  }

  /**
   * Reads a 401 or 407.
   *
   * @param answered whether the request had credentials already
   */
  Challenged read(PlainMessage challenge, String method, boolean answered) {
    Challenger challenger = challenge.status() == 401 ? Challenger.SERVER : Challenger.PROXY;
    var values = challenge.headers(challenger.challengeHeader());
    Matcher realm = REALM.matcher(String.join(", ", values));
    String asks = realm.find() ? realm.group(1) : "";
    DigestClient digest = client;
    return auth == null || digest == null
        ? new Challenged(null, asks, null, null)
        : new Challenged(
            digest.learn(challenger, method, values, answered), asks, auth.realm(), auth.user());
  }

  PlainMessage sign(PlainMessage request) {
    DigestClient digest = client;
    PlainMessage signed = request;
    if (digest != null) {
      String uri = request.requestUri();
      for (DigestClient.Answer answer : digest.answers(request.method(), uri)) {
        signed = signed.with(answer.header(), answer.value());
      }
    }
    return signed;
  }

  /**
   * A challenge, and what can be said of it.
   *
   * @param verdict null when we have no account there
   * @param asks the realm that it names
   * @param realm the only one that the configuration allows; null for any
   * @param user of our account
   */
  record Challenged(
      @Nullable Verdict verdict, String asks, @Nullable String realm, @Nullable String user) {
    boolean isAnswerable() {
      return verdict == Verdict.ANSWERABLE;
    }
  }
}
