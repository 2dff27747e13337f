package dev.tandem.gateway.json;

import dev.tandem.gateway.config.AuthConfig;
import dev.tandem.gateway.config.JsonConfig;
import dev.tandem.gateway.config.user.UserConfig;
import dev.tandem.gateway.config.user.Users;
import dev.tandem.gateway.config.value.Secret;
import dev.tandem.gateway.routing.DialRights;
import dev.tandem.gateway.routing.Domain;
import dev.tandem.gateway.token.TokenOutcome;
import dev.tandem.gateway.token.TokenUser;
import dev.tandem.gateway.token.TokenVerifier;
import dev.tandem.sip.message.Aor;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Logs clients in with the accounts that SIP digest has: a token, a password, or a proof that the
 * password is known. Thread-safe; never blocks.
 */
final class Accounts {
  private static final Pattern GUEST = Pattern.compile("[A-Za-z0-9._-]{1,32}");
  private static final HexFormat HEX = HexFormat.of();

  /** What is hashed in place of a password that is not there; good for nobody. */
  private static final String NOBODYS = "0123456789abcdef";

  private final JsonConfig config;
  private final AuthConfig auth;
  private final Users users;
  private final Domain domain;
  private final @Nullable TokenVerifier tokens;

  Accounts(
      JsonConfig config,
      AuthConfig auth,
      Users users,
      Domain domain,
      @Nullable TokenVerifier tokens) {
    this.config = config;
    this.auth = auth;
    this.users = users;
    this.domain = domain;
    this.tokens = tokens;
  }

  /** The ways to log in that there are, for the greeting. */
  java.util.List<String> ways() {
    java.util.List<String> ways = new java.util.ArrayList<>();
    if (tokens != null) {
      ways.add("token");
    }
    ways.add("password");
    ways.add("proof");
    if (config.guests()) {
      ways.add("guest");
    }
    return ways;
  }

  String realm() {
    return auth.realm();
  }

  /**
   * Finds out who registers.
   *
   * @param nonce that this connection was greeted with
   * @throws Refusal {@code auth_failed}, which does not say what was wrong
   */
  Login login(Fields fields, Wire wire, String nonce, Instant now) {
    if (fields.has("token")) {
      return byToken(fields.text("token", 8192), fields);
    }
    if (fields.has("guest")) {
      return guest(fields.optionalLine("display", 128));
    }
    if (!fields.has("user")) {
      if (wire.principal() instanceof TokenUser user && user.isGoodAt(now)) {
        return of(user, fields);
      }
      throw Refusal.field("user", "is missing, as are token and guest");
    }
    String user = fields.line("user", 128);
    if (user.isEmpty()) {
      throw Refusal.field("user", "is empty");
    }
    UserConfig account = users.find(user).orElse(null);
    if (auth.enabled() && !proves(fields, account, user, wire, nonce)) {
      throw failed();
    }
    return new Login(domain.aor(user), name(fields, user), DialRights.ALL, null, false);
  }

  private static Refusal failed() {
    return Refusal.sip(401, "not the user, or not its password");
  }

  private Login byToken(String token, Fields fields) {
    TokenVerifier verifier = tokens;
    if (verifier != null && verifier.verify(token) instanceof TokenOutcome.Good good) {
      boolean known = auth.tokens().anyUser() || users.find(good.user().user()).isPresent();
      if (known) {
        return of(good.user(), fields);
      }
    }
    throw Refusal.sip(401, "the token is no good");
  }

  private Login of(TokenUser user, Fields fields) {
    return new Login(
        domain.aor(user.user()), name(fields, user.user()), user.rights(), user.expiresAt(), false);
  }

  /** A guest is called as it wishes if that can be dialled, but never as a user is. */
  private Login guest(@Nullable String wish) {
    if (!config.guests()) {
      throw Refusal.sip(401, "guests are not let in");
    }
    String name = wish != null && GUEST.matcher(wish).matches() ? wish : Session.token(6);
    Aor aor = domain.aor("guest-" + name);
    if (users.find(aor.user()).isPresent()) {
      throw Refusal.sip(401, "that name is somebody's");
    }
    return new Login(aor, wish == null ? name : wish, DialRights.ALL, null, true);
  }

  private @Nullable String name(Fields fields, String user) {
    String said = fields.optionalLine("display", 128);
    return said != null && !said.isBlank()
        ? said.strip()
        : users.find(user).map(UserConfig::displayName).orElse(null);
  }

  private boolean proves(
      Fields fields, @Nullable UserConfig account, String user, Wire wire, String nonce) {
    if (fields.has("proof")) {
      return proof(fields, account, user, nonce);
    }
    String password = fields.text("password", 256);
    if (!wire.isPrivate() && !config.plainPasswords()) {
      throw Refusal.of(
          ErrorCode.AUTH_FAILED, "a password is only taken over TLS; a proof or token always");
    }
    return isPassword(account, user, password);
  }

  /** With the same digests whether there is such a user or not, and however it is kept. */
  private boolean isPassword(@Nullable UserConfig account, String user, String password) {
    String sha256 = ha1("SHA-256", user, password);
    String md5 = ha1("MD5", user, password);
    if (account == null) {
      return false;
    }
    Secret known = account.password();
    if (known != null) {
      return same(known.reveal(), password);
    }
    Secret knownSha256 = account.ha1Sha256();
    Secret knownMd5 = account.ha1();
    return knownSha256 != null
        ? same(knownSha256.reveal(), sha256)
        : knownMd5 != null && same(knownMd5.reveal(), md5);
  }

  private boolean proof(Fields fields, @Nullable UserConfig account, String user, String nonce) {
    String cnonce = fields.line("cnonce", 64);
    String proof = fields.line("proof", 64).toLowerCase(Locale.ROOT);
    String asked = fields.word("alg", Set.of("MD5", "SHA-256"));
    String algorithm = asked == null ? "MD5" : asked;
    String expected = ha1(account, user, algorithm);
    String key = expected == null ? NOBODYS : expected;
    return same(hmac(key, nonce + "|" + cnonce + "|" + auth.realm()), proof) && expected != null;
  }

  /** Null for who has none; with one digest in any case, so that the time does not tell. */
  private @Nullable String ha1(@Nullable UserConfig account, String user, String algorithm) {
    Secret password = account == null ? null : account.password();
    String made = ha1(algorithm, user, password == null ? NOBODYS : password.reveal());
    if (account == null || password != null) {
      return password == null ? null : made;
    }
    Secret stored = algorithm.equals("MD5") ? account.ha1() : account.ha1Sha256();
    return stored == null ? null : stored.reveal();
  }

  private String ha1(String algorithm, String user, String password) {
    try {
      String text = user + ":" + auth.realm() + ":" + password;
      return HEX.formatHex(
          MessageDigest.getInstance(algorithm).digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has " + algorithm, e);
    }
  }

  private static String hmac(String key, String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key.getBytes(StandardCharsets.US_ASCII), "HmacSHA256"));
      return HEX.formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has HmacSHA256", e);
    }
  }

  private static boolean same(String one, String other) {
    return MessageDigest.isEqual(
        one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
  }
}
