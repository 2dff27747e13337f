package dev.tandem.gateway.bridge;

/**
 * Hears how a transfer goes, for the one who asked for it. On the executor of that one's call; the
 * last word is one of {@link #succeeded} and {@link #failed}.
 */
public interface TransferListener {

  /** The target was reached, or rings: 1xx. */
  void progressed(int status, String reason);

  /**
   * The other two talk.
   *
   * @param hangUp ends the transferor's leg, if it has not hung up by itself; to be called when the
   *     transferor has been told, and has had time for that
   */
  void succeeded(Runnable hangUp);

  /** It came to nothing, and the call is as it was. */
  void failed(int status, String reason);
}
