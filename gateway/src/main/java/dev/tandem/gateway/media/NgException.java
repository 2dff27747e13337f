package dev.tandem.gateway.media;

/** A question to an rtpengine that has no answer. Carries no stack trace. */
final class NgException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final MediaFault fault;

  NgException(MediaFault fault, String message) {
    super(message, null, false, false);
    this.fault = fault;
  }

  MediaFault fault() {
    return fault;
  }

  /** What came of a question, if it was not this: a fault of ours. */
  static NgException of(Throwable thrown) {
    Throwable cause = thrown.getCause() == null ? thrown : thrown.getCause();
    return cause instanceof NgException known
        ? known
        : new NgException(MediaFault.REFUSED, String.valueOf(cause));
  }
}
