package dev.tandem.gateway.soak;

import java.time.Duration;

/**
 * A browser that takes everything as it comes, in whichever language: it answers every call and
 * every request, goes on after any loss, and judges only what must never be. One call at a time,
 * and of no other does it say that it knows it. A script's thread and the thread that reads share
 * it.
 */
interface RoughClient extends AutoCloseable {

  /** Whom it is bound for. */
  String user();

  /** Connects and signs in; false when that took more than ten seconds. */
  boolean connects() throws InterruptedException;

  /** The network is gone: a reset. */
  void isCut();

  /** Stays connected and neither reads nor says anything any more. */
  void fallsSilent();

  void calls(String target);

  /** Whether the call was answered; false also when it is over without. */
  boolean isAnswered(Duration patience) throws InterruptedException;

  boolean isOver(Duration patience) throws InterruptedException;

  void cancels();

  /** Asks for something in its call, if it has one. */
  void changes();

  /** Presses a key in its call, if it has one. */
  void presses();

  void hangsUp();

  /** Waits for its call no longer. */
  void forgets();

  @Override
  void close();
}
