package dev.tandem.gateway.guard;

/** Why something was turned away, or that an address was banned: a small fixed set for counters. */
public enum Turned {
  /** From an address that is banned. */
  BANNED,
  /** By a client that is known to look for holes. */
  SCANNER,
  /** More messages on one connection than are taken. */
  CONNECTION_RATE,
  /** More messages from one address than are taken. */
  ADDRESS_RATE,
  /** More REGISTERs from one address than are taken. */
  REGISTER_RATE,
  /** More INVITEs from one address than are taken. */
  INVITE_RATE,
  /** More connections from one address in a time than are taken. */
  CONNECT_RATE,
  /** A new call while there is too much to do. */
  OVERLOAD,
  /** An address was banned. */
  BAN
}
