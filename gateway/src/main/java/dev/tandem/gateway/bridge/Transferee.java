package dev.tandem.gateway.bridge;

/**
 * A leg whose peer carries transfers out itself, if it wants to: it is asked, and calls the target
 * with a call of its own. On the executor of the leg's call.
 */
public interface Transferee {

  /** Whether it can be asked now; else the gateway carries transfers out. */
  boolean takesTransfers();

  /** Whether it has been asked, and nothing has come of it yet. */
  boolean isAskedToTransfer();

  /** Asks it. Only if it takes transfers, and is not asked already. */
  void askToTransfer(TransferWish wish);
}
