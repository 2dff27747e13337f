package dev.tandem.gateway.pbx;

import org.junit.jupiter.api.Tag;

/** Asterisk sees Contacts of the gateway's, by UDP; the gateway answers for the users. */
@Tag("foreign")
class ContactAtAsteriskTest extends EdgeOfAsterisk {
  @Override
  String forward() {
    return "      mode: contact\n      challenge: answer\n";
  }

  @Override
  String transport() {
    return "udp";
  }
}
