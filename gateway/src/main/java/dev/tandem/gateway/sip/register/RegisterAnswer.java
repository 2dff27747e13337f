package dev.tandem.gateway.sip.register;

import dev.tandem.gateway.registrar.Binding;
import dev.tandem.gateway.registrar.Gruus;
import dev.tandem.gateway.registrar.RegisterResult.Registered;
import dev.tandem.gateway.sip.header.Payloads;
import dev.tandem.sip.message.Aor;
import dev.tandem.sip.ua.ServerExchange;
import gov.nist.javax.sip.message.SIPMessage;
import java.util.List;
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

  /**
   * Answers with 200.
   *
   * @param path values of Path, which are echoed (RFC 3327 §5.3)
   */
  void send(ServerExchange register, Aor user, List<String> path, Registered registered) {
    register.respond(200, "OK", message -> write(register, user, path, registered, message));
  }

  private void write(
      ServerExchange register,
      Aor user,
      List<String> path,
      Registered registered,
      SIPMessage message) {
    List<String> supported = Outbound.supported(register.request());
    Gruus given = supported.contains("gruu") ? gruus : null;
    for (Binding binding : registered.bindings()) {
      String value = binding.contactValue(registered.nowMillis());
      String more = given == null ? "" : given.parameters(user, binding.contact());
      Payloads.add(message, "Contact", value + more);
    }
    path.forEach(value -> Payloads.add(message, "Path", value));
    if (supported.contains("outbound")
        && registered.bindings().stream().anyMatch(RegisterAnswer::isOutbound)
        && Outbound.isDoneByFirstHop(register.request(), path)) {
      Payloads.add(message, "Require", "outbound");
      Payloads.add(message, "Supported", "outbound");
    }
    serviceRoute.forEach(value -> Payloads.add(message, "Service-Route", value));
  }

  private static boolean isOutbound(Binding binding) {
    return binding.contact().hasInstance() && binding.contact().regId() > 0;
  }
}
