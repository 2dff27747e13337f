package dev.tandem.gateway.call;

/**
 * What the far end of a leg can do, from its Allow and Supported headers.
 *
 * @param update it takes UPDATE (RFC 3311); SIP.js does not
 */
public record PeerFeatures(boolean update) {
  public static final PeerFeatures NONE = new PeerFeatures(false);
}
