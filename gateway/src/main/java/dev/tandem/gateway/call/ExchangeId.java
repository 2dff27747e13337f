package dev.tandem.gateway.call;

/**
 * One request and its responses inside the dialog of one leg. Numbers below {@link #FIRST_OURS} are
 * given by the adapter to what it receives, the others by the call to what it sends; those below
 * zero stand for what no request said, and nobody waits for their responses. Unique within the leg.
 */
public record ExchangeId(int number) {
  public static final int FIRST_OURS = 1_000_000;

  @Override
  public String toString() {
    return "x" + number;
  }
}
