package dev.tandem.gateway.token;

import dev.tandem.gateway.config.TokenConfig;
import dev.tandem.gateway.routing.DialRights;
import dev.tandem.gateway.token.TokenOutcome.Bad;
import dev.tandem.gateway.token.TokenOutcome.Fault;
import dev.tandem.gateway.token.TokenOutcome.Good;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jwa.AlgorithmConstraints.ConstraintType;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.MalformedClaimException;
import org.jose4j.jwt.NumericDate;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.jwt.consumer.InvalidJwtSignatureException;
import org.jose4j.jwt.consumer.JwtConsumer;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.jose4j.lang.UnresolvableKeyException;
import org.jspecify.annotations.Nullable;

/**
 * Checks tokens: signature (RS256, ES256, EdDSA or HS256), time, issuer and audience (RFC 7519
 * §4.1, RFC 8725). A token must have an expiry. Never waits for a key. Thread-safe.
 */
public final class TokenVerifier {
  /** What JSON clients may do; whom they may call is for all. */
  private static final String ROOMS = "rooms";

  private static final String HEADERS = "headers";

  /** Longer ones would not fit into a header anyhow. */
  private static final int MAX_LENGTH = 8192;

  /** How far clocks may be apart. */
  private static final Duration SKEW = Duration.ofSeconds(30);

  private static final int MAX_RIGHTS = 1000;

  private final TokenConfig config;
  private final InstantSource clock;
  private final Consumer<Fault> faults;
  private final JwtConsumer consumer;

  /**
   * Makes a verifier.
   *
   * @param faults hears why each bad token is bad
   */
  public TokenVerifier(
      TokenConfig config, TokenKeys keys, InstantSource clock, Consumer<Fault> faults) {
    this.config = config;
    this.clock = clock;
    this.faults = faults;
    this.consumer =
        new JwtConsumerBuilder()
            .setSkipAllDefaultValidators() // times by our own clock, below
            .setRequireExpirationTime()
            .setJwsAlgorithmConstraints(
                new AlgorithmConstraints(
                    ConstraintType.PERMIT, config.algorithms().toArray(new String[0])))
            .setVerificationKeyResolver(keys)
            .build();
  }

  /** Checks one. Costs up to a few hundred microseconds and never blocks. */
  public TokenOutcome verify(String token) {
    TokenOutcome outcome = check(token);
    if (outcome instanceof Bad bad) {
      faults.accept(bad.fault());
    }
    return outcome;
  }

  private TokenOutcome check(String token) {
    if (token.length() > MAX_LENGTH) {
      return new Bad(Fault.MALFORMED);
    }
    try {
      return judge(consumer.processToClaims(token));
    } catch (InvalidJwtSignatureException e) {
      return new Bad(Fault.SIGNATURE);
    } catch (InvalidJwtException e) {
      return new Bad(
          e.getCause() instanceof UnresolvableKeyException
                  || e.getCause() instanceof org.jose4j.lang.InvalidAlgorithmException
                  || e.getCause() instanceof org.jose4j.lang.InvalidKeyException
              ? Fault.SIGNATURE
              : Fault.MALFORMED);
    } catch (MalformedClaimException | ArithmeticException | DateTimeException e) {
      // The last two: a time that no clock will ever show.
      return new Bad(Fault.CLAIMS);
    }
  }

  private TokenOutcome judge(JwtClaims claims) throws MalformedClaimException {
    Instant now = clock.instant();
    NumericDate expires = claims.getExpirationTime();
    NumericDate notBefore = claims.getNotBefore();
    if (expires == null || !now.isBefore(instant(expires).plus(SKEW))) {
      return new Bad(Fault.EXPIRED);
    }
    if (notBefore != null && now.isBefore(instant(notBefore).minus(SKEW))) {
      return new Bad(Fault.NOT_YET);
    }
    String issuer = config.issuer();
    String audience = config.audience();
    boolean meant =
        (issuer == null || issuer.equals(claims.getIssuer()))
            && (audience == null
                || (claims.hasAudience() && claims.getAudience().contains(audience)));
    String user = claims.getClaimValue(config.userClaim(), String.class);
    DialRights rights = rights(claims, config.dialClaim());
    DialRights rooms = rights(claims, ROOMS);
    DialRights headers = rights(claims, HEADERS);
    if (!meant || user == null || user.isEmpty()) {
      return new Bad(Fault.CLAIMS);
    }
    if (rights == null || rooms == null || headers == null) {
      return new Bad(Fault.CLAIMS);
    }
    return new Good(
        new TokenUser(user, instant(expires).plus(SKEW), rights, rooms, inLowerCase(headers)));
  }

  private static Instant instant(NumericDate date) {
    return Instant.ofEpochMilli(date.getValueInMillis());
  }

  /** Null when the claim is there and cannot be understood: then nothing must be allowed. */
  private static @Nullable DialRights rights(JwtClaims claims, String name) {
    Object claim = claims.getClaimValue(name);
    if (claim == null) {
      return claims.hasClaim(name) ? null : DialRights.ALL;
    }
    if (claim instanceof String text) {
      return text.isBlank()
          ? new DialRights(List.of())
          : limited(List.of(text.strip().split("\\s+")));
    }
    if (!(claim instanceof List<?> list)) {
      return null;
    }
    List<String> allowed = new ArrayList<>(list.size());
    for (Object item : list) {
      if (!(item instanceof String text)) {
        return null;
      }
      allowed.add(text);
    }
    return limited(allowed);
  }

  private static DialRights inLowerCase(DialRights headers) {
    return new DialRights(
        headers.allowed().stream().map(name -> name.toLowerCase(Locale.ROOT)).toList());
  }

  private static @Nullable DialRights limited(List<String> allowed) {
    return allowed.size() > MAX_RIGHTS ? null : new DialRights(allowed);
  }
}
