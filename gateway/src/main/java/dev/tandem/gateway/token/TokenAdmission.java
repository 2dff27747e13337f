package dev.tandem.gateway.token;

import dev.tandem.gateway.config.TokenConfig;
import dev.tandem.gateway.token.TokenOutcome.Good;
import dev.tandem.sip.transport.ws.Admission;
import dev.tandem.sip.transport.ws.UpgradeRequest;
import org.jspecify.annotations.Nullable;

/**
 * Takes the token that a page gives at the WebSocket upgrade: in the Authorization header, in the
 * cookie of the configured name, in a sub-protocol {@code bearer.<token>} offered beside the real
 * one, or, where the configuration allows it, in the query parameter {@code access_token} (RFC 6750
 * §2.3; it ends up in the logs of proxies). A bad token is refused, so that a page hears of it at
 * once and not at its first call.
 */
public record TokenAdmission(TokenConfig config, TokenVerifier verifier) implements Admission {
  @Override
  public Verdict judge(UpgradeRequest request) {
    String token = token(request);
    if (token == null) {
      return config.required()
          ? new Refused(401, "a token is needed")
          : Admission.ANYBODY.judge(request);
    }
    return verifier.verify(token) instanceof Good good
        ? new Admitted(good.user())
        : new Refused(401, "the token is not accepted");
  }

  private @Nullable String token(UpgradeRequest request) {
    String header = BearerTokens.ofAuthorization(request.header("Authorization"));
    if (header != null) {
      return header;
    }
    for (String name : request.subProtocols()) {
      String token = BearerTokens.ofSubProtocol(name);
      if (token != null) {
        return token;
      }
    }
    String query = config.inQuery() ? request.query("access_token") : null;
    return query != null ? query : request.cookie(config.cookie());
  }
}
