package dev.tandem.gateway.admin;

/** Whether new calls and connections should be sent to this gateway. */
public enum Readiness {
  STARTING,
  READY,
  /** SIGTERM came: running calls go on for a while, new ones are refused. */
  DRAINING
}
