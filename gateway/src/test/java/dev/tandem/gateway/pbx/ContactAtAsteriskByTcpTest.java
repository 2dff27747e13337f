package dev.tandem.gateway.pbx;

import org.junit.jupiter.api.Tag;

/** Asterisk sees Contacts of the gateway's, by TCP, and asks the browsers for their passwords. */
@Tag("foreign")
class ContactAtAsteriskByTcpTest extends EdgeOfAsterisk {
  @Override
  String forward() {
    return "      mode: contact\n      challenge: pass\n";
  }

  @Override
  String transport() {
    return "tcp";
  }
}
