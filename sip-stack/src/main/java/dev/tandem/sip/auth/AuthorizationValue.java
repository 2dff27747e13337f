package dev.tandem.sip.auth;

/** The value of an Authorization or Proxy-Authorization header. */
public sealed interface AuthorizationValue
    permits DigestResponse, AuthorizationValue.OtherScheme, AuthorizationValue.Malformed {

  /** Reads a header value (without the header's name); never throws. */
  static AuthorizationValue parse(String value) {
    return DigestResponseReader.read(value);
  }

  /** Not Digest but, for example, Bearer or Basic. */
  record OtherScheme(String scheme) implements AuthorizationValue {}

  /** Digest, but not to be understood. */
  record Malformed(String reason) implements AuthorizationValue {}
}
