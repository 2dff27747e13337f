package dev.tandem.gateway.sip.register;

import dev.tandem.gateway.config.RegistrarConfig.PathPolicy;
import dev.tandem.gateway.registrar.ContactSpec;
import dev.tandem.gateway.registrar.Contacts;
import dev.tandem.gateway.registrar.RegisterRequest;
import dev.tandem.gateway.registrar.RegisterResult;
import dev.tandem.gateway.registrar.RegisterResult.IntervalTooBrief;
import dev.tandem.gateway.registrar.RegisterResult.Registered;
import dev.tandem.gateway.registrar.RegisterResult.Rejected;
import dev.tandem.gateway.registrar.Registrar;
import dev.tandem.gateway.sip.edge.Edge;
import dev.tandem.gateway.sip.edge.Home;
import dev.tandem.gateway.sip.header.Addresses;
import dev.tandem.gateway.sip.header.Payloads;
import dev.tandem.gateway.sip.identity.Identity;
import dev.tandem.gateway.sip.identity.Refusing;
import dev.tandem.gateway.sip.leg.Devices;
import dev.tandem.sip.message.Aor;
import dev.tandem.sip.stack.RawHeaders;
import dev.tandem.sip.transport.Flow;
import dev.tandem.sip.ua.ServerExchange;
import gov.nist.javax.sip.message.SIPRequest;
import java.util.List;
import java.util.function.Consumer;
import javax.sip.header.ExpiresHeader;

/** What happens to a REGISTER (RFC 3261 §10.3): whose is it, then the registrar decides. */
public final class RegisterHandler {
  private final Identity identity;
  private final Registrar registrar;
  private final Devices devices;
  private final RegisterAnswer accepting;
  private final PathPolicy path;
  private final Refusing refusing;
  private final Consumer<Aor> registered;
  private final Edge edge;

  /**
   * Makes the handler.
   *
   * @param path what becomes of a Path that the client does not speak of
   * @param registered hears whose REGISTER was carried out, after its 200
   */
  public RegisterHandler(
      Identity identity,
      Registrar registrar,
      Devices devices,
      RegisterAnswer accepting,
      PathPolicy path,
      Refusing refusing,
      Consumer<Aor> registered,
      Edge edge) {
    this.identity = identity;
    this.registrar = registrar;
    this.devices = devices;
    this.accepting = accepting;
    this.path = path;
    this.refusing = refusing;
    this.registered = registered;
    this.edge = edge;
  }

  public void handle(ServerExchange register) {
    SIPRequest request = register.request();
    if (!identity.isOurs(Addresses.host(request.getRequestURI()), register.flow())) {
      refusing.refuse(register, 404, "Unknown Domain", "foreign_domain");
      return;
    }
    List<String> proxies = RawHeaders.values(register.raw(), "Path", '\0');
    if (!Outbound.accepts(register, proxies, path, refusing)) {
      return;
    }
    Aor claimed = identity.aor(request.getTo().getAddress().getURI(), register.flow());
    Home home = claimed == null ? null : edge.homes().of(claimed);
    if (claimed != null && home != null) {
      edge.registers().handle(register, claimed, home);
      return;
    }
    Identity.Sender sender = identity.proveSender(register, Identity.Role.REGISTRAR);
    if (sender == null) {
      return; // challenged or refused
    }
    Aor user = sender.aor();
    if (!user.equals(claimed)) {
      refusing.refuse(register, 403, "To Is Not The Authenticated User", "third_party");
      return;
    }
    RegisterResult result = registrar.register(registration(register, sender, proxies));
    answer(register, user, proxies, result);
    if (result instanceof Registered done) {
      devices.registered(user, register.flow(), done.changes());
      registered.accept(user);
    }
  }

  /** The Contacts from the bytes as they came: each must be echoed as it was sent. */
  private static RegisterRequest registration(
      ServerExchange register, Identity.Sender sender, List<String> proxies) {
    SIPRequest request = register.request();
    Flow flow = register.flow();
    ExpiresHeader expires = request.getExpires();
    return new RegisterRequest(
        sender.aor(),
        request.getCallId().getCallId(),
        request.getCSeq().getSeqNumber(),
        Contacts.parse(RawHeaders.values(register.raw(), "Contact", 'm')),
        expires == null ? ContactSpec.NO_EXPIRES : expires.getExpires(),
        proxies,
        sender.rights().allowed(),
        flow.id(),
        flow::isOpen);
  }

  private void answer(
      ServerExchange register, Aor user, List<String> proxies, RegisterResult result) {
    if (result instanceof Registered done) {
      accepting.send(register, user, proxies, done);
    } else if (result instanceof IntervalTooBrief brief) {
      refusing.refuse(
          register,
          423,
          "Interval Too Brief",
          "interval_too_brief",
          message ->
              Payloads.add(message, "Min-Expires", Long.toString(brief.minExpiresSeconds())));
    } else if (result instanceof Rejected rejected) {
      boolean full = rejected.status() == 503;
      refusing.refuse(
          register,
          rejected.status(),
          rejected.reason(),
          "registrar",
          message -> {
            if (full) {
              Payloads.add(message, "Retry-After", "60");
            }
          });
    }
  }
}
