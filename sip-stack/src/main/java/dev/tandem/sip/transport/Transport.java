package dev.tandem.sip.transport;

/** A transport as the Via header names it (RFC 3261 §18, RFC 7118 §5.2). */
public enum Transport {
  UDP(5060),
  TCP(5060),
  TLS(5061),
  WS(80),
  WSS(443);

  private final int defaultPort;

  Transport(int defaultPort) {
    this.defaultPort = defaultPort;
  }

  public int defaultPort() {
    return defaultPort;
  }

  /** Whether the transport itself delivers or fails; retransmission timers are off then. */
  public boolean isReliable() {
    return this != UDP;
  }

  public boolean isSecure() {
    return this == TLS || this == WSS;
  }

  public boolean isWebSocket() {
    return this == WS || this == WSS;
  }

  /** The value of a {@code transport} URI parameter; RFC 7118 §5.3 has "ws" for both kinds. */
  public String uriParameter() {
    return isWebSocket() ? "ws" : name().toLowerCase(java.util.Locale.ROOT);
  }
}
