package dev.tandem.gateway.json;

/** Why we end a connection, as the code of its close frame. */
public enum CloseReason {
  NORMAL(1000),
  PROTOCOL(4400),
  AUTH(4401),
  REPLACED(4409),
  TOO_BIG(4413),
  RATE(4429),
  DRAIN(1012);

  private final int code;

  CloseReason(int code) {
    this.code = code;
  }

  public int code() {
    return code;
  }
}
