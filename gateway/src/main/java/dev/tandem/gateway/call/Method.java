package dev.tandem.gateway.call;

/** The requests that are bridged inside an established call. */
public enum Method {
  INVITE,
  UPDATE,
  INFO,
  MESSAGE
}
