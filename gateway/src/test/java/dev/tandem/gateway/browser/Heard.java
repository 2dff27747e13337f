package dev.tandem.gateway.browser;

/**
 * What one tab received during a stretch of time, from the browser's own statistics.
 *
 * @param seconds how long was listened
 * @param packets RTP packets received meanwhile
 * @param energy audio energy played meanwhile; 0 is digital silence
 */
record Heard(double seconds, long packets, double energy) {

  /** Opus sends 50 packets a second; half of them is enough for a loaded machine. */
  boolean flows() {
    return packets > 25 * seconds;
  }

  /** No packets, but for those that were still on their way. */
  boolean hasStopped() {
    return packets <= 2;
  }

  /** The fake microphone beeps several times a second, so a second without energy is silence. */
  boolean isSilent() {
    return energy < 1e-6;
  }
}
