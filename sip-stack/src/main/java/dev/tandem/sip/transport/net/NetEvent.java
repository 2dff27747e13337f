package dev.tandem.sip.transport.net;

/** What a transport counts; a small fixed set, fit to label a metric. */
public enum NetEvent {
  /** A message was handed to the listener. */
  MESSAGE_IN,
  /** A message was accepted for sending. */
  MESSAGE_OUT,
  /** CRLF, empty datagram or STUN binding request. */
  KEEP_ALIVE,
  /** A connection was accepted. */
  ACCEPTED,
  /** A connection that we asked for came up. */
  CONNECTED,
  /** A connection that we asked for did not come up. */
  CONNECT_FAILED,
  /** A connection was refused: too many in all, or too many from its address. */
  REFUSED,
  /** TLS handshake with a peer that connected to us failed. */
  HANDSHAKE_FAILED,
  /** A message over the limit, either way. */
  TOO_BIG,
  /** A stream that could not be cut into messages. */
  BAD_FRAMING,
  /** A peer that connected or began a message, and did not go on. */
  STALLED,
  /** A peer that does not read. */
  TOO_SLOW,
  /** A datagram that the kernel did not take. */
  SEND_DROPPED,
  /** A UDP flow that made room for another one. */
  EVICTED,
  /** The listener or a loop of ours threw: a bug. */
  FAILURE
}
