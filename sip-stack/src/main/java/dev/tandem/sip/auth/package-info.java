/**
 * Digest access authentication for SIP (RFC 3261 §22, RFC 7616, RFC 8760), as server: {@link
 * dev.tandem.sip.auth.DigestAuthenticator}, and as client: {@link
 * dev.tandem.sip.auth.DigestClient}. Text in, text out: no {@code javax.sip} here.
 */
@NullMarked
package dev.tandem.sip.auth;

import org.jspecify.annotations.NullMarked;
