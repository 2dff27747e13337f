package dev.tandem.sip.auth;

import org.jspecify.annotations.Nullable;

/**
 * The Digest credentials of a request (RFC 3261 §22.4), each parameter as it stood between its
 * quotes: backslash escapes are kept, because the peers do not undo them before they digest a value
 * either, and {@code username="DOMAIN\alice"} is in use.
 *
 * @param algorithm null when absent, which means MD5
 * @param qop null when absent, as RFC 2069 had it
 */
public record DigestResponse(
    String username,
    String realm,
    String nonce,
    String uri,
    String response,
    @Nullable String algorithm,
    @Nullable String qop,
    @Nullable String nc,
    @Nullable String cnonce)
    implements AuthorizationValue {}
