package dev.tandem.gateway.probe;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import org.jspecify.annotations.Nullable;

/** What can be said of a TLS peer: names, expiry, authority (RFC 5922). */
final class TlsVerdicts {
  static final Duration SOON = Duration.ofDays(21);

  /**
   * What a handshake showed.
   *
   * @param distrust why nobody who is believed vouches for it; null when somebody does
   * @param ownAuthorities whether {@code tls.ca} names the authorities
   */
  record Seen(
      String version,
      String cipher,
      X509Certificate certificate,
      @Nullable String distrust,
      boolean ownAuthorities) {}

  private TlsVerdicts() {}

  static List<Finding> of(Seen seen, String expectedName, Instant now) {
    List<Finding> findings = new ArrayList<>();
    findings.add(Finding.ok(seen.version() + ", " + seen.cipher()));
    X509Certificate certificate = seen.certificate();
    findings.add(expiry(certificate, now));
    List<String> names = names(certificate);
    boolean named = names.stream().anyMatch(name -> fits(name, expectedName));
    findings.add(
        named
            ? Finding.ok(
                "the certificate names " + expectedName + " (" + String.join(", ", names) + ")")
            : Finding.failed(
                "the certificate is for "
                    + (names.isEmpty() ? "nobody" : String.join(", ", names))
                    + ", not for "
                    + expectedName,
                "Give the trunk the name that is in it as address, or say in tls.verifyName which "
                    + "name it must have."));
    String issuer = commonName(certificate.getIssuerX500Principal().getName());
    findings.add(
        seen.distrust() == null
            ? Finding.ok("issued by " + issuer + ", whom we believe")
            : Finding.failed(
                "issued by " + issuer + ", whom we do not believe: " + seen.distrust(),
                seen.ownAuthorities()
                    ? "The authority is not in the file of tls.ca. A peer must also send the "
                        + "certificates between its own and the authority's."
                    : "For a PBX with an authority of its own, put that into a PEM file and name it "
                        + "in the trunk's tls.ca. A peer must also send the certificates between "
                        + "its own and the authority's."));
    return findings;
  }

  private static Finding expiry(X509Certificate certificate, Instant now) {
    Instant end = certificate.getNotAfter().toInstant();
    String day = end.atZone(ZoneOffset.UTC).toLocalDate().toString();
    if (certificate.getNotBefore().toInstant().isAfter(now)) {
      return Finding.failed(
          "the certificate is not good yet, only from " + certificate.getNotBefore().toInstant(),
          "Look at the clocks of both machines.");
    }
    if (!end.isAfter(now)) {
      return Finding.failed(
          "the certificate expired on " + day,
          "The other side must renew it. If it has, it must also load it anew: many need a restart.");
    }
    long days = Duration.between(now, end).toDays();
    return days < SOON.toDays()
        ? Finding.warning(
            "the certificate expires on " + day + ", in " + days + " days",
            "Ask the other side when it is renewed.")
        : Finding.ok("the certificate is good until " + day);
  }

  /** DNS names, addresses and SIP URIs; the common name where there are none (RFC 5922 §7.1). */
  static List<String> names(X509Certificate certificate) {
    List<String> names = new ArrayList<>();
    try {
      var alternatives = certificate.getSubjectAlternativeNames();
      if (alternatives != null) {
        for (List<?> each : alternatives) {
          int kind = (Integer) each.get(0);
          if (kind == 2 || kind == 6 || kind == 7) {
            names.add(String.valueOf(each.get(1)));
          }
        }
      }
    } catch (CertificateParsingException e) {
      return List.of();
    }
    if (names.isEmpty()) {
      names.add(commonName(certificate.getSubjectX500Principal().getName()));
    }
    return names;
  }

  static boolean fits(String name, String expected) {
    String host = expected.toLowerCase(Locale.ROOT).replace("[", "").replace("]", "");
    String plain = name.toLowerCase(Locale.ROOT);
    if (plain.startsWith("sip:")) {
      return plain.substring(4).equals(host);
    }
    int dot = host.indexOf('.');
    return plain.equals(host)
        || (plain.startsWith("*.") && dot > 0 && plain.substring(1).equals(host.substring(dot)));
  }

  private static String commonName(String distinguished) {
    try {
      return new LdapName(distinguished)
          .getRdns().stream()
              .filter(part -> part.getType().equalsIgnoreCase("CN"))
              .map(part -> String.valueOf(part.getValue()))
              .findFirst()
              .orElse(distinguished);
    } catch (InvalidNameException e) {
      return distinguished;
    }
  }

  /** A handshake that came to nothing. */
  static Finding broken(String message) {
    String lower = message.toLowerCase(Locale.ROOT);
    if (lower.contains("unrecognized ssl message") || lower.contains("plaintext")) {
      return Finding.failed(
          "what answers is not TLS",
          "The port is one for plain TCP: TLS is mostly on 5061. Or let the trunk's transport be tcp.");
    }
    if (lower.contains("bad_certificate") || lower.contains("certificate_required")) {
      return Finding.failed(
          "the peer wants a certificate of ours, and does not believe what it got ("
              + message
              + ")",
          "Give the trunk tls.certificate and tls.privateKey of an authority that the peer knows.");
    }
    if (lower.contains("protocol_version")
        || lower.contains("handshake_failure")
        || lower.contains("no appropriate protocol")) {
      return Finding.failed(
          "no version or cipher in common (" + message + "); we speak TLS 1.2 and 1.3",
          "Switch TLS 1.2 on at the peer. A peer that wants a certificate of ours may also say this.");
    }
    return Finding.failed(
        "the handshake failed: " + message,
        "The other side's log says more. The peer may want a certificate of ours (tls.certificate), "
            + "or the port may not be one for TLS.");
  }
}
