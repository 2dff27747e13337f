package dev.tandem.sip.transport.http;

/** The server could not be started; the message says what to look at. */
public final class HttpServerException extends RuntimeException {
  HttpServerException(String message, Throwable cause) {
    super(message + ": " + reason(cause), cause);
  }

  /** What the operating system said: Undertow wraps it. */
  private static String reason(Throwable cause) {
    Throwable inner = cause.getCause();
    return String.valueOf(inner == null ? cause.getMessage() : inner.getMessage());
  }
}
