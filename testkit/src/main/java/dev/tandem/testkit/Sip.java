package dev.tandem.testkit;

import java.time.Duration;

/** The words of SIP that ladders are written with; import them statically. */
public final class Sip {
  public static final String ACK = "ACK";
  public static final String BYE = "BYE";
  public static final String CANCEL = "CANCEL";
  public static final String INFO = "INFO";
  public static final String INVITE = "INVITE";
  public static final String MESSAGE = "MESSAGE";
  public static final String NOTIFY = "NOTIFY";
  public static final String OPTIONS = "OPTIONS";
  public static final String PRACK = "PRACK";
  public static final String PUBLISH = "PUBLISH";
  public static final String REFER = "REFER";
  public static final String REGISTER = "REGISTER";
  public static final String SUBSCRIBE = "SUBSCRIBE";
  public static final String UPDATE = "UPDATE";

  /** Round-trip estimate (RFC 3261 §17.1.1.1). */
  public static final Duration T1 = Duration.ofMillis(500);

  /** Longest pause between repeats (RFC 3261 §17.1.2.2). */
  public static final Duration T2 = Duration.ofSeconds(4);

  /** How long a message stays in the network (RFC 3261 §17.1.2.2). */
  public static final Duration T4 = Duration.ofSeconds(5);

  /** 64*T1: an INVITE that nobody answers gives up. */
  public static final Duration TIMER_B = T1.multipliedBy(64);

  /** 64*T1: another request that nobody answers gives up. */
  public static final Duration TIMER_F = TIMER_B;

  /** 64*T1: the wait for an ACK ends. */
  public static final Duration TIMER_H = TIMER_B;

  private Sip() {}
}
