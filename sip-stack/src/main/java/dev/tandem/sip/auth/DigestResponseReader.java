package dev.tandem.sip.auth;

import dev.tandem.sip.auth.DigestParameters.MalformedException;

/** Reads Digest credentials, with limits on everything that is looked up or digested. */
final class DigestResponseReader {
  private static final int MAX_NAME = 256;
  private static final int MAX_NONCE = 256;

  private DigestResponseReader() {}

  static AuthorizationValue read(String value) {
    try {
      String scheme =
          value.length() > DigestParameters.MAX_LENGTH ? "Digest" : DigestParameters.scheme(value);
      if (!scheme.equalsIgnoreCase("Digest")) {
        return scheme.isEmpty()
            ? new AuthorizationValue.Malformed("no scheme")
            : new AuthorizationValue.OtherScheme(scheme);
      }
      DigestParameters parameters = DigestParameters.read(value);
      DigestResponse response =
          new DigestResponse(
              parameters.require("username"),
              parameters.require("realm"),
              parameters.require("nonce"),
              parameters.require("uri"),
              parameters.require("response"),
              parameters.get("algorithm"),
              parameters.get("qop"),
              parameters.get("nc"),
              parameters.get("cnonce"));
      limit("username", response.username(), MAX_NAME);
      limit("realm", response.realm(), MAX_NAME);
      limit("nonce", response.nonce(), MAX_NONCE);
      String cnonce = response.cnonce();
      limit("cnonce", cnonce == null ? "" : cnonce, MAX_NONCE);
      return response;
    } catch (MalformedException e) {
      return new AuthorizationValue.Malformed(e.reason());
    }
  }

  private static void limit(String name, String value, int max) throws MalformedException {
    if (value.length() > max) {
      throw new MalformedException(name + " is longer than " + max + " characters");
    }
  }
}
