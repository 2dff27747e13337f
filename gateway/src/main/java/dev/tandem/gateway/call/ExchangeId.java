package dev.tandem.gateway.call;

/**
 * One request and its responses inside the dialog of one leg. Numbers below {@link #FIRST_OURS} are
 * given by the adapter to what it receives, the others by the call to what it sends; unique within
 * the leg.
 */
public record ExchangeId(int number) {
  public static final int FIRST_OURS = 1_000_000;

  @Override
  public String toString() {
    return "x" + number;
  }
}
