package dev.tandem.gateway.json;

/** Why what a client sent was not read, as a small fixed set for counters. */
public enum BadFrame {
  /** It is deeper, has more tokens, or longer names, numbers or texts than are read. */
  LIMIT,
  /** It has more bytes than may come at once. */
  TOO_BIG,
  /** It is no JSON, or says a thing twice. */
  SYNTAX,
  /** It is JSON, and no frame. */
  NO_FRAME
}
