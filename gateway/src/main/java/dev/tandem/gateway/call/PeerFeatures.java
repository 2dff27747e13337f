package dev.tandem.gateway.call;

/**
 * What the far end of a leg can do, from its Allow and Supported headers.
 *
 * @param update it takes UPDATE (RFC 3311); SIP.js does not
 * @param reliable it acknowledges provisional responses (RFC 3262); JsSIP does not
 */
public record PeerFeatures(boolean update, boolean reliable) {
  public static final PeerFeatures NONE = new PeerFeatures(false);

  public PeerFeatures(boolean update) {
    this(update, false);
  }
}
