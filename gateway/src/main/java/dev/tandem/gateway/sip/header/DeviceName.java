package dev.tandem.gateway.sip.header;

import dev.tandem.sip.message.SipUri;

/**
 * What tells a user's device from the user's other ones, in SUBSCRIBE as in REGISTER: the user and
 * host of its Contact. SIP.js and JsSIP make both up once for the life of a page.
 */
public final class DeviceName {
  private DeviceName() {}

  /** Equal for Contacts of one device; a Contact that is no SIP URI names itself. */
  public static String of(String contactUri) {
    SipUri uri = SipUri.parse(contactUri);
    return uri == null ? contactUri : uri.user() + "@" + uri.host() + ":" + uri.port();
  }
}
