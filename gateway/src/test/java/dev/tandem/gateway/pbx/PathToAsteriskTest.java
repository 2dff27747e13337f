package dev.tandem.gateway.pbx;

import org.junit.jupiter.api.Tag;

/** REGISTER goes on to Asterisk with a Path, by UDP. */
@Tag("foreign")
class PathToAsteriskTest extends EdgeOfAsterisk {
  @Override
  String forward() {
    return "      mode: path";
  }

  @Override
  String transport() {
    return "udp";
  }
}
