package dev.tandem.sip.transport.http;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Locale;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * TLS 1.2 and 1.3 with an identity that can be replaced while connections are open: new handshakes
 * use the new one. Clients cannot negotiate again inside a connection. Thread-safe.
 */
public final class ServerTls {
  static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};
  private static final String REFUSES_RENEGOTIATION = "jdk.tls.rejectClientInitiatedRenegotiation";
  private static final int SESSION_SECONDS = 3600;
  private static final int MAX_SESSIONS = 10_000;

  static {
    // A client of TLS 1.2 may ask for another key agreement as often as it likes, and each costs us
    // more than it costs the client. TLS 1.3 has no such thing, and no SIP client or browser that
    // we know does it. Java reads this once, before the first handshake of a server.
    if (System.getProperty(REFUSES_RENEGOTIATION) == null) {
      System.setProperty(REFUSES_RENEGOTIATION, "true");
    }
  }

  private final Keys keys;
  private final SSLContext context;

  public ServerTls(PemIdentity identity) {
    keys = new Keys(identity);
    try {
      context = SSLContext.getInstance("TLS");
      context.init(new KeyManager[] {keys}, null, null);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has TLS", e);
    }
    context.getServerSessionContext().setSessionTimeout(SESSION_SECONDS);
    context.getServerSessionContext().setSessionCacheSize(MAX_SESSIONS);
  }

  /** What handshakes use from now on. */
  public void replace(PemIdentity identity) {
    keys.replace(identity);
  }

  /** For whoever listens with this identity. */
  public SSLContext context() {
    return context;
  }

  /**
   * Shows one identity to every client. A handshake asks three times, by the alias that it got
   * first: so each alias belongs to one identity, and the one before the last replacement is kept
   * for handshakes under way.
   */
  private static final class Keys extends X509ExtendedKeyManager {
    private record Named(String alias, PemIdentity identity, int number) {}

    private volatile Named current;
    private volatile Named previous;

    Keys(PemIdentity identity) {
      current = new Named("identity-1", identity, 1);
      previous = current;
    }

    synchronized void replace(PemIdentity identity) {
      int number = current.number() + 1;
      previous = current;
      current = new Named("identity-" + number, identity, number);
    }

    @Override
    public @Nullable String chooseEngineServerAlias(
        String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
      Named named = current;
      String has = named.identity().key().getAlgorithm().toUpperCase(Locale.ROOT);
      String wants = keyType.toUpperCase(Locale.ROOT);
      // TLS 1.2 asks for EC_EC or EC_RSA: the key, and what signed the certificate.
      boolean fits = wants.equals(has) || wants.startsWith(has + "_");
      return fits ? named.alias() : null;
    }

    @Override
    public @Nullable PrivateKey getPrivateKey(String alias) {
      Named named = byAlias(alias);
      return named == null ? null : named.identity().key();
    }

    @Override
    public X509Certificate @Nullable [] getCertificateChain(String alias) {
      Named named = byAlias(alias);
      return named == null ? null : named.identity().chain().toArray(new X509Certificate[0]);
    }

    private @Nullable Named byAlias(String alias) {
      Named now = current;
      Named before = previous;
      return alias.equals(now.alias()) ? now : alias.equals(before.alias()) ? before : null;
    }

    @Override
    public @Nullable String chooseServerAlias(
        String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
      return chooseEngineServerAlias(keyType, issuers, null);
    }

    @Override
    public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
      String alias = chooseEngineServerAlias(keyType, issuers, null);
      return alias == null ? null : new String[] {alias};
    }

    @Override
    public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
      return null;
    }

    @Override
    public @Nullable String chooseClientAlias(
        String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
      return null;
    }
  }
}
