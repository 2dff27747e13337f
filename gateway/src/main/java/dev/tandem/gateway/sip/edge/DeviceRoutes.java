package dev.tandem.gateway.sip.edge;

import dev.tandem.gateway.registrar.Binding;
import dev.tandem.gateway.registrar.DeviceAddress;
import dev.tandem.gateway.registrar.FlowTokens;
import dev.tandem.gateway.registrar.FlowTokens.Reading;
import dev.tandem.gateway.registrar.Registrar;
import dev.tandem.gateway.registrar.Registrar.Located;
import dev.tandem.gateway.routing.Domain;
import dev.tandem.gateway.routing.RouteDecision;
import dev.tandem.gateway.routing.RouteDecision.Refusal;
import dev.tandem.gateway.routing.RouteDecision.Refused;
import dev.tandem.gateway.routing.RouteDecision.ToUser;
import dev.tandem.gateway.sip.header.Addresses;
import dev.tandem.sip.message.Aor;
import dev.tandem.sip.stack.SipStack;
import dev.tandem.sip.transport.FlowId;
import dev.tandem.sip.ua.ServerExchange;
import gov.nist.javax.sip.header.Route;
import gov.nist.javax.sip.header.RouteList;
import gov.nist.javax.sip.message.SIPRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which device a trunk's request is for, when it says so: by a flow token in the topmost Route or
 * in the Request-URI (RFC 5626 §5.3), or by the Contact that the PBX was given for the device. Only
 * trunks are asked about; for anybody else these are names like any other. Thread-safe.
 */
public final class DeviceRoutes {
  private final FlowTokens tokens;
  private final SipStack stack;
  private final Registrar registrar;
  private final Domain domain;

  public DeviceRoutes(FlowTokens tokens, SipStack stack, Registrar registrar, Domain domain) {
    this.tokens = tokens;
    this.stack = stack;
    this.registrar = registrar;
    this.domain = domain;
  }

  /** Null when the request names no device of ours: then it is routed as every other. */
  public @Nullable RouteDecision of(ServerExchange request) {
    String asked = Addresses.user(request.request().getRequestURI());
    Reading reading = tokens.read(topmostRoute(request.request()));
    if (reading instanceof Reading.Other) {
      reading = tokens.read(asked);
    }
    if (reading instanceof Reading.Live live) {
      return stack.flow(live.flow()) == null
          ? flowFailed()
          : onFlow(live.flow(), request.request().getRequestURI().toString(), asked);
    }
    if (reading instanceof Reading.Dead) {
      return flowFailed();
    }
    if (reading instanceof Reading.Forged) {
      return new Refused(403, "Not A Flow Of Ours", Refusal.NOT_ALLOWED);
    }
    DeviceAddress address = DeviceAddress.parse(asked);
    return address == null ? null : byAddress(address);
  }

  private static String topmostRoute(SIPRequest request) {
    RouteList routes = request.getRouteHeaders();
    return routes != null && !routes.isEmpty() && routes.getFirst() instanceof Route route
        ? Addresses.user(route.getAddress().getURI())
        : "";
  }

  private static Refused flowFailed() {
    return new Refused(430, "Flow Failed", Refusal.OFFLINE);
  }

  /** The token says where; who of those there is meant says the Request-URI. */
  private RouteDecision onFlow(FlowId flow, String uri, String asked) {
    List<Located> there = registrar.on(flow);
    DeviceAddress address = DeviceAddress.parse(asked);
    for (Located located : there) {
      Binding binding = located.binding();
      if (binding.requestUri().equals(uri)
          || (address != null && address.isOf(located.aor(), binding.contact()))) {
        return new ToUser(located.aor(), List.of(binding));
      }
    }
    return there.size() == 1
        ? new ToUser(there.get(0).aor(), List.of(there.get(0).binding()))
        : offline();
  }

  private RouteDecision byAddress(DeviceAddress address) {
    Aor user = domain.aor(address.user());
    for (Binding binding : registrar.bindings(user)) {
      if (address.isOf(user, binding.contact())) {
        return new ToUser(user, List.of(binding));
      }
    }
    return offline();
  }

  private static Refused offline() {
    return new Refused(480, "Device Offline", Refusal.OFFLINE);
  }
}
