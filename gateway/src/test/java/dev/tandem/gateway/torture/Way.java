package dev.tandem.gateway.torture;

/** By which transport a message comes, in the order of the columns of the verdicts. */
enum Way {
  WEBSOCKET,
  TCP,
  UDP
}
