package dev.tandem.sip.transport.ws;

import java.util.concurrent.atomic.LongAdder;

/** What went through an endpoint since it was made. Thread-safe; every figure only grows. */
public final class WebSocketCounters {
  final LongAdder opened = new LongAdder();
  final LongAdder ended = new LongAdder();
  final LongAdder refused = new LongAdder();
  final LongAdder delayed = new LongAdder();
  final LongAdder messagesIn = new LongAdder();
  final LongAdder messagesOut = new LongAdder();
  final LongAdder bytesIn = new LongAdder();
  final LongAdder bytesOut = new LongAdder();
  final LongAdder pings = new LongAdder();
  final LongAdder pongs = new LongAdder();
  final LongAdder failures = new LongAdder();

  WebSocketCounters() {}

  public long opened() {
    return opened.sum();
  }

  public long ended() {
    return ended.sum();
  }

  /**
   * Requests that were not upgraded: not a handshake, a foreign Origin, no sub-protocol of ours.
   */
  public long refused() {
    return refused.sum();
  }

  /** Upgrade requests that waited for their turn, or were put off in the end. */
  public long delayed() {
    return delayed.sum();
  }

  /** Text and binary messages, keep-alives included, control frames not. */
  public long messagesIn() {
    return messagesIn.sum();
  }

  public long messagesOut() {
    return messagesOut.sum();
  }

  /** Bytes read from the sockets after the handshake, frame headers included, before TLS. */
  public long bytesIn() {
    return bytesIn.sum();
  }

  public long bytesOut() {
    return bytesOut.sum();
  }

  /** Pings that we sent. */
  public long pings() {
    return pings.sum();
  }

  /** Pongs that came back. */
  public long pongs() {
    return pongs.sum();
  }

  /** What listeners threw: each is a fault of ours. */
  public long failures() {
    return failures.sum();
  }
}
