package dev.tandem.sip.dns;

import java.util.concurrent.CompletionException;

/** Why a target has no destinations. What it says is for people to read. */
public final class ResolutionException extends Exception {
  private static final long serialVersionUID = 1L;

  /** What kind of reason. */
  public enum Reason {
    /** The name does not exist. */
    NO_SUCH_NAME,
    /** It exists, without an address of a family that we have a socket for. */
    NO_ADDRESS,
    /** Its domain says that this service is not offered there (RFC 2782), or not by us known. */
    NO_SERVICE,
    /** We have no socket of the transport that is asked for, or the URI contradicts itself. */
    NO_TRANSPORT,
    /** DNS servers did not answer, or not with an answer. */
    DNS_FAILED
  }

  private final Reason reason;

  ResolutionException(Reason reason, String message) {
    super(message, null, false, false);
    this.reason = reason;
  }

  /** What a resolution failed of, however many futures it came through. */
  public static ResolutionException of(Throwable failure) {
    Throwable at = failure;
    while (at instanceof CompletionException && at.getCause() != null) {
      at = at.getCause();
    }
    return at instanceof ResolutionException why
        ? why
        : new ResolutionException(Reason.DNS_FAILED, String.valueOf(at));
  }

  public Reason reason() {
    return reason;
  }
}
