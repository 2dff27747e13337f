package dev.tandem.sip.auth;

import java.util.List;

/**
 * What authentication must know of a request.
 *
 * @param method as in the request line
 * @param requestUri as in the request line
 * @param binding what the client's nonces belong to: {@code FlowId.value()}, or for a peer without
 *     a connection a hash of its address
 * @param authorizations the values of all Authorization headers where we act as registrar or
 *     endpoint, of all Proxy-Authorization headers where we act as proxy (RFC 3261 §22.1)
 */
public record DigestRequest(
    String method, String requestUri, long binding, List<AuthorizationValue> authorizations) {
  public DigestRequest {
    authorizations = List.copyOf(authorizations);
  }
}
