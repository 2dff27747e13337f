package dev.tandem.gateway.call;

/**
 * One leg of a call: 0 is the caller's, 1 and up are callee branches in the order of the targets.
 * Below 0 are legs that were replaced, and have no part in the call until they are hung up.
 */
public record LegId(int number) {
  public static final LegId CALLER = new LegId(0);

  public boolean isCaller() {
    return number == 0;
  }

  /** The name of a leg that was replaced; the first has number 1. */
  public static LegId aside(int number) {
    return new LegId(-number);
  }

  public boolean isAside() {
    return number < 0;
  }

  @Override
  public String toString() {
    return isCaller() ? "caller" : isAside() ? "aside" + -number : "callee" + number;
  }
}
