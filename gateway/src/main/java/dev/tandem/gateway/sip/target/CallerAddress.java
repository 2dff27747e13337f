package dev.tandem.gateway.sip.target;

import dev.tandem.gateway.config.TrunkFrom;
import dev.tandem.gateway.sip.header.Addresses;
import javax.sip.address.Address;
import javax.sip.address.SipURI;
import javax.sip.address.URI;
import org.jspecify.annotations.Nullable;

/** From in requests to a trunk: the caller's own address, but for what the trunk wants instead. */
final class CallerAddress {
  private CallerAddress() {}

  static Address to(TrunkFrom wanted, Address caller) {
    if (wanted.equals(TrunkFrom.CALLER)) {
      return caller;
    }
    URI uri = caller.getURI();
    String user = wanted.user() == null ? userOf(uri) : wanted.user();
    String host = wanted.domain() == null ? Addresses.host(uri) : wanted.domain();
    String name = wanted.displayName() == null ? caller.getDisplayName() : wanted.displayName();
    return Addresses.named(
        name,
        Addresses.uri(
            "sip:"
                + (user == null || user.isEmpty() ? "" : user + "@")
                + (host.isEmpty() ? "anonymous.invalid" : host)));
  }

  /** As it is written there. */
  private static @Nullable String userOf(URI uri) {
    return uri instanceof SipURI sip ? sip.getUser() : Addresses.user(uri);
  }
}
