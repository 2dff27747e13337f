package dev.tandem.gateway.sip.edge;

import dev.tandem.gateway.config.ForwardConfig;
import dev.tandem.gateway.config.ForwardConfig.Challenge;
import dev.tandem.gateway.sip.header.Addresses;
import dev.tandem.gateway.trunk.Trunk;
import javax.sip.address.Address;
import javax.sip.address.SipURI;
import javax.sip.address.URI;

/** A PBX that keeps users, and how it is to be spoken to. */
public record Home(ForwardConfig config, Trunk trunk) {

  /** Whether the client answers the PBX's challenges, not we. */
  public boolean passesChallenges() {
    return config.challenge() == Challenge.PASS;
  }

  /** A URI of our domain as the PBX knows it. */
  URI uri(URI ours) {
    if (config.domain() == null || !(ours instanceof SipURI)) {
      return ours;
    }
    SipURI theirs = (SipURI) ours.clone();
    try {
      theirs.setHost(config.domain());
    } catch (java.text.ParseException e) {
      throw new IllegalArgumentException(config.domain(), e);
    }
    theirs.removePort();
    return theirs;
  }

  Address address(Address ours) {
    return Addresses.named(Addresses.name(ours), uri(ours.getURI()));
  }
}
