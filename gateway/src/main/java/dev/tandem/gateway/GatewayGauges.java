package dev.tandem.gateway;

import dev.tandem.gateway.guard.Guard;
import dev.tandem.gateway.guard.Overload;
import dev.tandem.gateway.metrics.GatewayMetrics;
import dev.tandem.gateway.registrar.Registrar;
import dev.tandem.gateway.sip.SipService;
import dev.tandem.sip.transport.SendBudget;

/** Shows how much there is at this moment, and how busy we are. */
final class GatewayGauges {
  private GatewayGauges() {}

  static void show(
      GatewayMetrics metrics,
      Registrar registrar,
      SipService sip,
      Overload overload,
      Guard guard,
      SendBudget sending) {
    metrics.gauge("tandem.registrar.bindings", "Live bindings", registrar, Registrar::bindingCount);
    metrics.gauge(
        "tandem.registrar.aors", "Users with a device online", registrar, Registrar::aorCount);
    metrics.gauge("tandem.sip.dialogs", "SIP dialogs", sip, s -> s.agent().dialogs());
    metrics.gauge(
        "tandem.sip.transactions", "SIP transactions", sip, s -> s.agent().stack().transactions());
    metrics.gauge(
        "tandem.legs.detached",
        "Legs that wait for their device to come back",
        sip,
        SipService::detachedLegs);
    metrics.gauge(
        "tandem.overload.lag.millis",
        "How far the slowest thread that reads is behind",
        overload,
        Overload::lagMillis);
    metrics.gauge(
        "tandem.overload.share", "Share of new calls that is put off", overload, Overload::share);
    metrics.gauge(
        "tandem.overload.setups", "Calls that are not answered yet", overload, Overload::setups);
    metrics.gauge(
        "tandem.guard.addresses", "Strangers' addresses remembered", guard, Guard::addresses);
    metrics.gauge(
        "tandem.send.waiting.bytes",
        "What waits for peers that do not read",
        sending,
        SendBudget::waiting);
    metrics.gauge("tandem.guard.banned", "Addresses that are banned now", guard, Guard::banned);
  }
}
