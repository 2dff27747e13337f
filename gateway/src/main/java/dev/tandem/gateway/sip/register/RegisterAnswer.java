package dev.tandem.gateway.sip.register;

import dev.tandem.gateway.registrar.Binding;
import dev.tandem.gateway.registrar.Gruus;
import dev.tandem.gateway.registrar.RegisterResult.Registered;
import dev.tandem.gateway.sip.header.Payloads;
import dev.tandem.sip.message.Aor;
import dev.tandem.sip.message.SipUri;
import dev.tandem.sip.stack.RawHeaders;
import dev.tandem.sip.ua.ServerExchange;
import gov.nist.javax.sip.message.SIPMessage;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import javax.sip.header.SupportedHeader;
import org.jspecify.annotations.Nullable;

/**
 * The 200 to a REGISTER (RFC 3261 §10.3 step 8): every Contact as it was sent, and what the
 * extensions that the client knows add to it.
 *
 * <p>A client that takes part in outbound (RFC 5626 §6) is told so; no Flow-Timer, since WebSockets
 * are pinged from here. Path is echoed to whoever sends it (RFC 3327 §5.3): many who do forget to
 * say that they support it.
 */
public final class RegisterAnswer {
  private final @Nullable Gruus gruus;
  private final List<String> serviceRoute;

  /**
   * Makes what is common to all answers.
   *
   * @param gruus null when none are given
   * @param serviceRoute values of Service-Route (RFC 3608), topmost first
   */
  public RegisterAnswer(@Nullable Gruus gruus, List<String> serviceRoute) {
    this.gruus = gruus;
    this.serviceRoute = List.copyOf(serviceRoute);
  }

  void send(ServerExchange register, Aor user, Registered registered) {
    register.respond(200, "OK", message -> write(register, user, registered, message));
  }

  private void write(ServerExchange register, Aor user, Registered registered, SIPMessage message) {
    List<String> supported = supported(register.request());
    Gruus given = supported.contains("gruu") ? gruus : null;
    for (Binding binding : registered.bindings()) {
      String value = binding.contactValue(registered.nowMillis());
      String more = given == null ? "" : given.parameters(user, binding.contact());
      Payloads.add(message, "Contact", value + more);
    }
    List<String> path = RawHeaders.values(register.raw(), "Path", '\0');
    path.forEach(value -> Payloads.add(message, "Path", value));
    if (supported.contains("outbound")
        && registered.bindings().stream().anyMatch(RegisterAnswer::isOutbound)
        && isFirstHopOutbound(register.request(), path)) {
      Payloads.add(message, "Require", "outbound");
      Payloads.add(message, "Supported", "outbound");
    }
    serviceRoute.forEach(value -> Payloads.add(message, "Service-Route", value));
  }

  private static boolean isOutbound(Binding binding) {
    return binding.contact().hasInstance() && binding.contact().regId() > 0;
  }

  /** The first proxy after the client, if there is one, must do outbound as well (§6). */
  private static boolean isFirstHopOutbound(SIPMessage request, List<String> path) {
    if (request.getViaHeaders().size() == 1) {
      return true;
    }
    if (path.isEmpty()) {
      return false;
    }
    String last = path.get(path.size() - 1);
    int open = last.lastIndexOf('<');
    int close = last.indexOf('>', open + 1);
    SipUri uri = open < 0 || close < 0 ? null : SipUri.parse(last.substring(open + 1, close));
    return uri != null && uri.parameter("ob") != null;
  }

  private static List<String> supported(SIPMessage request) {
    List<String> tags = new ArrayList<>(4);
    for (Iterator<?> i = request.getHeaders(SupportedHeader.NAME); i.hasNext(); ) {
      tags.add(((SupportedHeader) i.next()).getOptionTag());
    }
    return tags;
  }
}
