/**
 * Signing in with a signed token instead of a password: JSON Web Tokens (RFC 7519) at the WebSocket
 * upgrade, in a SIP request (RFC 8898) or in an HTTP request. Start at {@link
 * dev.tandem.gateway.token.TokenVerifier}.
 */
@NullMarked
package dev.tandem.gateway.token;

import org.jspecify.annotations.NullMarked;
