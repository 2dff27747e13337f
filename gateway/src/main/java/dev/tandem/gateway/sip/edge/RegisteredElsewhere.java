package dev.tandem.gateway.sip.edge;

import dev.tandem.gateway.call.Header;
import dev.tandem.gateway.config.RegistrarConfig;
import dev.tandem.gateway.registrar.Binding;
import dev.tandem.gateway.registrar.ContactSpec;
import dev.tandem.gateway.registrar.Contacts;
import dev.tandem.gateway.registrar.RegisterRequest;
import dev.tandem.gateway.registrar.RegisterResult;
import dev.tandem.gateway.registrar.RegisterResult.IntervalTooBrief;
import dev.tandem.gateway.registrar.RegisterResult.Registered;
import dev.tandem.gateway.registrar.RegisterResult.Rejected;
import dev.tandem.gateway.registrar.Registrar;
import dev.tandem.gateway.sip.header.Payloads;
import dev.tandem.gateway.sip.identity.Identity;
import dev.tandem.gateway.sip.identity.Refusing;
import dev.tandem.gateway.sip.leg.Devices;
import dev.tandem.sip.message.Aor;
import dev.tandem.sip.stack.RawHeaders;
import dev.tandem.sip.transport.Flow;
import dev.tandem.sip.ua.ServerExchange;
import gov.nist.javax.sip.message.SIPRequest;
import gov.nist.javax.sip.message.SIPResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;
import javax.sip.header.ExpiresHeader;

/**
 * A REGISTER that a PBX has agreed to: it is carried out here as well, and answered with the
 * contacts as the client wrote them, which know nothing of how the PBX sees them.
 */
public final class RegisteredElsewhere {
  /** What the client is told of what the PBX says. */
  private static final List<String> PASSED = List.of("Service-Route", "P-Associated-URI");

  private final Registrar registrar;
  private final RegistrarConfig limits;
  private final Devices devices;
  private final Refusing refusing;
  private final Consumer<Aor> registered;

  /**
   * Makes it.
   *
   * @param registered hears whose REGISTER was carried out, after its 200
   */
  public RegisteredElsewhere(
      Registrar registrar,
      RegistrarConfig limits,
      Devices devices,
      Refusing refusing,
      Consumer<Aor> registered) {
    this.registrar = registrar;
    this.limits = limits;
    this.devices = devices;
    this.refusing = refusing;
    this.registered = registered;
  }

  static List<Header> said(SIPResponse response) {
    List<Header> said = new ArrayList<>();
    PASSED.forEach(name -> said.addAll(UpstreamAnswer.values(response, name)));
    for (Header required : UpstreamAnswer.values(response, "Require")) {
      if (required.value().equalsIgnoreCase("outbound")) {
        said.add(required);
        said.add(new Header("Supported", required.value()));
      }
    }
    return said;
  }

  /**
   * Registers and answers.
   *
   * @param granted seconds for each contact of the request; what is shorter than we register for is
   *     kept a little longer here than the client is told
   */
  void carryOut(
      ServerExchange register,
      Identity.Sender user,
      Contacts contacts,
      ToLongFunction<ContactSpec> granted,
      List<Header> more) {
    SIPRequest request = register.request();
    Flow flow = register.flow();
    ExpiresHeader expires = request.getExpires();
    RegisterResult result =
        registrar.register(
            new RegisterRequest(
                user.aor(),
                request.getCallId().getCallId(),
                request.getCSeq().getSeqNumber(),
                contacts instanceof Contacts.Listed listed ? kept(listed, granted) : contacts,
                expires == null ? ContactSpec.NO_EXPIRES : expires.getExpires(),
                RawHeaders.values(register.raw(), "Path", '\0'),
                user.rights().allowed(),
                flow.id(),
                flow::isOpen));
    if (result instanceof Registered done) {
      register.respond(
          200,
          "OK",
          message -> {
            for (Binding binding : done.bindings()) {
              Payloads.add(
                  message, "Contact", contact(binding, done.nowMillis(), contacts, granted));
            }
            RawHeaders.values(register.raw(), "Path", '\0')
                .forEach(value -> Payloads.add(message, "Path", value));
            UpstreamAnswer.apply(more, message);
          });
      devices.registered(user.aor(), flow, done.changes());
      registered.accept(user.aor());
    } else if (result instanceof Rejected rejected) {
      refusing.refuse(register, rejected.status(), rejected.reason(), "registrar");
    } else if (result instanceof IntervalTooBrief) {
      throw new IllegalStateException("no contact is kept for less than the least");
    }
  }

  private Contacts kept(Contacts.Listed listed, ToLongFunction<ContactSpec> granted) {
    List<ContactSpec> kept = new ArrayList<>();
    for (ContactSpec contact : listed.contacts()) {
      long seconds = granted.applyAsLong(contact);
      kept.add(
          contact.withExpires(
              seconds == 0 ? 0 : Math.max(seconds, limits.minExpires().toSeconds())));
    }
    return new Contacts.Listed(kept);
  }

  private static String contact(
      Binding binding, long now, Contacts contacts, ToLongFunction<ContactSpec> granted) {
    long seconds = binding.expiresIn(now);
    if (contacts instanceof Contacts.Listed listed) {
      for (ContactSpec contact : listed.contacts()) {
        if (contact.text().equals(binding.contact().text())) {
          seconds = Math.min(seconds, granted.applyAsLong(contact));
        }
      }
    }
    return binding.contact().text() + ";expires=" + seconds;
  }
}
