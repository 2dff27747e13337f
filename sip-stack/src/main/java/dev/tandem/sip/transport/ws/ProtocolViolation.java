package dev.tandem.sip.transport.ws;

import dev.tandem.sip.transport.FlowEnd;

/** The peer broke RFC 6455, or a limit of ours; the connection is to be failed (§7.1.7). */
final class ProtocolViolation extends Exception {
  private final int closeCode;

  /** Without a stack trace: peers decide how many of these are made. */
  ProtocolViolation(int closeCode, String detail) {
    super(detail, null, false, false);
    this.closeCode = closeCode;
  }

  int closeCode() {
    return closeCode;
  }

  FlowEnd end() {
    FlowEnd.Cause cause =
        switch (closeCode) {
          case CloseCode.TOO_BIG -> FlowEnd.Cause.TOO_BIG;
          case CloseCode.POLICY -> FlowEnd.Cause.REFUSED;
          default -> FlowEnd.Cause.PROTOCOL_ERROR;
        };
    return FlowEnd.of(cause, String.valueOf(getMessage()));
  }
}
