package dev.tandem.gateway.sip.identity;

import dev.tandem.gateway.config.user.Users;
import dev.tandem.gateway.token.BearerTokens;
import dev.tandem.gateway.token.TokenOutcome.Good;
import dev.tandem.gateway.token.TokenUser;
import dev.tandem.gateway.token.TokenVerifier;
import dev.tandem.sip.stack.RawHeaders;
import dev.tandem.sip.ua.ServerExchange;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * Whom a request's token names: the token that its connection was opened with, or one in its
 * Authorization header (RFC 8898), where JsSIP's {@code authorization_jwt} puts it whatever the
 * role of the one who asks.
 *
 * @param verifier null when tokens are not taken
 * @param known the users that there are; null for any
 */
public record Tokens(@Nullable TokenVerifier verifier, @Nullable Users known, InstantSource clock) {

  /** Null when there is none that is good: the sender may still have a password. */
  @Nullable TokenUser of(ServerExchange request) {
    TokenUser user = find(request);
    return user == null || known == null || known.find(user.user()).isPresent() ? user : null;
  }

  private @Nullable TokenUser find(ServerExchange request) {
    if (request.flow().principal() instanceof TokenUser user && user.isGoodAt(clock.instant())) {
      return user;
    }
    if (verifier == null) {
      return null;
    }
    for (String value : RawHeaders.values(request.raw(), "Authorization", '\0')) {
      String token = BearerTokens.ofAuthorization(value);
      if (token != null) {
        return verifier.verify(token) instanceof Good good ? good.user() : null;
      }
    }
    return null;
  }
}
