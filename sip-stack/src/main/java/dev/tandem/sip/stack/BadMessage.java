package dev.tandem.sip.stack;

import java.io.Serial;

/** A message that is refused before any transaction sees it; carries no stack trace. */
public final class BadMessage extends Exception {
  @Serial private static final long serialVersionUID = 1;

  /** A small fixed set, for counters. */
  public enum Fault {
    SYNTAX,
    MISSING_HEADER,
    /** A header that decides, and that two hops may read differently. */
    TWICE,
    HEADER_LIMIT,
    CONTENT_LENGTH,
    /** A body of several parts that is broken. */
    MULTIPART,
    /** A body of several parts with more in it than is read. */
    MULTIPART_LIMIT,
    VERSION,
    CSEQ,
    BRANCH,
    FOREIGN_TRANSACTION
  }

  private final transient Fault fault;
  private final int status;

  BadMessage(Fault fault, int status, String message) {
    super(message, null, false, false);
    this.fault = fault;
    this.status = status;
  }

  static BadMessage badRequest(Fault fault, String message) {
    return new BadMessage(fault, 400, message);
  }

  public Fault fault() {
    return fault;
  }

  /** The status to answer with, if the message is a request that can be answered. */
  public int status() {
    return status;
  }
}
