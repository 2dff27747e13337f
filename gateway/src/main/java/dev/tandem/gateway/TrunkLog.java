package dev.tandem.gateway;

import dev.tandem.gateway.metrics.TrunkMetrics;
import dev.tandem.gateway.trunk.TrunkObserver;
import dev.tandem.sip.auth.DigestClient;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells operators what changes at trunks: a line each, and counters. */
final class TrunkLog implements TrunkObserver {
  private static final Logger log = LoggerFactory.getLogger(TrunkLog.class);

  private final TrunkMetrics metrics;

  TrunkLog(TrunkMetrics metrics) {
    this.metrics = metrics;
  }

  @Override
  public void cameUp(String trunk, String reason) {
    log.info("trunk {} is up: {}", trunk, reason);
  }

  @Override
  public void wentDown(String trunk, String reason) {
    log.warn("trunk {} is down: {}", trunk, reason);
  }

  @Override
  public void registered(String trunk, String words) {
    log.info("trunk {}: {}", trunk, words);
  }

  @Override
  public void registrationFailed(String trunk, int status, String words) {
    metrics.registrationFailed(trunk, status);
    log.warn("trunk {} does not register us: {}", trunk, words);
  }

  @Override
  public void challengeUnanswered(String trunk, DigestClient.Verdict why) {
    metrics.challengeUnanswered(trunk);
    log.warn(
        "trunk {} asks for credentials that we do not give: {}",
        trunk,
        switch (why) {
          case ANSWERABLE -> "it asks again and again";
          case WRONG_CREDENTIALS -> "it does not take auth.user and its password";
          case OTHER_REALM -> "its realm or its host is not the one of auth";
          case NOT_UNDERSTOOD -> "it wants no digest, or one of an unknown kind";
        });
  }
}
