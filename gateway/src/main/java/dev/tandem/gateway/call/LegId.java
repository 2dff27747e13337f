package dev.tandem.gateway.call;

/**
 * One leg of a call: 0 is the caller's, 1 and up are callee branches in the order of the targets.
 */
public record LegId(int number) {
  public static final LegId CALLER = new LegId(0);

  public boolean isCaller() {
    return number == 0;
  }

  @Override
  public String toString() {
    return isCaller() ? "caller" : "callee" + number;
  }
}
