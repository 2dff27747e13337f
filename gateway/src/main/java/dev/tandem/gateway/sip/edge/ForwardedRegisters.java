package dev.tandem.gateway.sip.edge;

import dev.tandem.gateway.config.ForwardConfig;
import dev.tandem.gateway.config.ForwardConfig.Mode;
import dev.tandem.gateway.config.RegistrarConfig;
import dev.tandem.gateway.registrar.Binding;
import dev.tandem.gateway.registrar.ContactSpec;
import dev.tandem.gateway.registrar.Contacts;
import dev.tandem.gateway.registrar.DeviceAddress;
import dev.tandem.gateway.registrar.FlowTokens;
import dev.tandem.gateway.registrar.Registrar;
import dev.tandem.gateway.routing.DialRights;
import dev.tandem.gateway.sip.header.Addresses;
import dev.tandem.gateway.sip.header.Payloads;
import dev.tandem.gateway.sip.identity.Identity;
import dev.tandem.gateway.sip.identity.Refusing;
import dev.tandem.gateway.sip.target.OwnAddresses;
import dev.tandem.gateway.sip.target.Target;
import dev.tandem.gateway.sip.target.Targets;
import dev.tandem.sip.message.Aor;
import dev.tandem.sip.stack.RawHeaders;
import dev.tandem.sip.time.Timers;
import dev.tandem.sip.transport.FlowId;
import dev.tandem.sip.ua.OutgoingRequest;
import dev.tandem.sip.ua.RequestSeries;
import dev.tandem.sip.ua.ServerExchange;
import dev.tandem.sip.ua.UserAgent;
import gov.nist.javax.sip.message.SIPRequest;
import gov.nist.javax.sip.message.SIPResponse;
import java.time.Duration;
import java.util.List;
import javax.sip.address.Address;
import javax.sip.header.ExpiresHeader;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * REGISTER of users whom a PBX keeps. It decides; what it has registered is registered here too, so
 * that calls find the device and its calls survive a lost connection. Thread-safe.
 *
 * <p>In the mode of contacts, a refresh is answered here as long as the PBX remembers the device
 * for longer than the client is promised; for that a client need not prove again who it is on the
 * connection where it has.
 */
public final class ForwardedRegisters {
  /** The PBX must remember a device for so much longer than its client: its refresh may be late. */
  private static final long MARGIN_SECONDS = 10;

  private static final int MAX_FORWARDS = 70;
  private static final Logger log = LoggerFactory.getLogger(ForwardedRegisters.class);

  private final UserAgent agent;
  private final Identity identity;
  private final Targets targets;
  private final OwnAddresses own;
  private final FlowTokens tokens;
  private final RegistrarConfig limits;
  private final Registrar registrar;
  private final RegisteredElsewhere registered;
  private final Timers timers;
  private final Refusing refusing;
  private final HomeCredentials credentials;
  private final Duration patience;
  private final Leases leases;

  /**
   * Makes it.
   *
   * @param patience how long a device whose connection died stays registered at its PBX
   */
  public ForwardedRegisters(
      UserAgent agent,
      Identity identity,
      Targets targets,
      OwnAddresses own,
      FlowTokens tokens,
      RegistrarConfig limits,
      Registrar registrar,
      RegisteredElsewhere registered,
      Timers timers,
      Refusing refusing,
      HomeCredentials credentials,
      Duration patience) {
    this.credentials = credentials;
    this.patience = patience;
    this.agent = agent;
    this.identity = identity;
    this.targets = targets;
    this.own = own;
    this.tokens = tokens;
    this.limits = limits;
    this.registrar = registrar;
    this.registered = registered;
    this.timers = timers;
    this.refusing = refusing;
    this.leases = new Leases(timers);
  }

  /** A REGISTER to our domain, of a user whom this PBX keeps. */
  public void handle(ServerExchange register, Aor user, Home home) {
    SIPRequest request = register.request();
    if (request.getMaxForwards().getMaxForwards() == 0) {
      refusing.refuse(register, 483, "Too Many Hops", "too_many_hops");
      return;
    }
    Identity.Sender sender = sender(register, home);
    if (sender == null) {
      return; // challenged or refused
    }
    if (!user.equals(sender.aor())) {
      refusing.refuse(register, 403, "To Is Not The Authenticated User", "third_party");
      return;
    }
    Contacts contacts = Contacts.parse(RawHeaders.values(register.raw(), "Contact", 'm'));
    if (contacts instanceof Contacts.Malformed malformed) {
      refusing.refuse(register, 400, "Bad Contact: " + malformed.reason(), "registrar");
      return;
    }
    Passage passage = new Passage(register, sender, home, contacts);
    if (!passage.isAnsweredHere()) {
      passage.send();
    }
  }

  /** Who From says, where the PBX will ask for proof; null when that was challenged or refused. */
  private Identity.@Nullable Sender sender(ServerExchange register, Home home) {
    if (!home.passesChallenges()) {
      return identity.proveSender(register, Identity.Role.REGISTRAR);
    }
    Aor claimed = identity.aor(register.request().getFrom().getAddress().getURI(), register.flow());
    if (claimed == null) {
      refusing.refuse(register, 403, "From Is Not Of This Domain", "third_party");
      return null;
    }
    return new Identity.Sender(claimed, DialRights.ALL, false);
  }

  /**
   * A connection has ended, and its bindings are still there. A PBX that we can prove ourselves to
   * is told when the devices on it do not come back; any other forgets them in its own time, and
   * hears 480 until then.
   */
  public void flowEnded(FlowId flow) {
    for (Registrar.Located located : registrar.on(flow)) {
      Leases.Lease lease = leases.of(DeviceAddress.of(located.aor(), located.binding().contact()));
      if (lease != null && lease.flow().equals(flow) && !lease.home().passesChallenges()) {
        timers.schedule(
            patience,
            () -> {
              if (leases.givesUp(lease)) {
                unregister(lease);
              }
            });
      }
    }
  }

  private void unregister(Leases.Lease lease) {
    Address user = Addresses.named(null, Addresses.uri(lease.user().uri()));
    Target target =
        targets.upstream(
            lease.home().trunk(),
            lease.home().uri(Addresses.uri("sip:" + lease.user().host())),
            lease.home().address(user),
            lease.home().address(user),
            MAX_FORWARDS,
            credentials.of(lease.user(), lease.home()));
    String device = "<sip:" + lease.device().userPart() + "@";
    agent.request(
        new OutgoingRequest(
            "REGISTER",
            target.requestUri(),
            target.from(),
            target.to(),
            target.maxForwards(),
            message ->
                Payloads.add(message, "Contact", device + own.hostPort(message) + ">;expires=0")),
        new RequestSeries(),
        target.hops().get(),
        target.credentials(),
        new UpstreamAnswer(
            response -> {},
            response ->
                log.info("{} stays registered at {}", lease.user(), lease.home().trunk().name()),
            (status, reason) -> log.info("{} stays registered: {}", lease.user(), reason)));
  }

  /** Devices that PBXs know by a Contact of ours. */
  public int leased() {
    return leases.size();
  }

  /** One REGISTER, until it is answered. */
  private final class Passage {
    private final ServerExchange register;
    private final Identity.Sender sender;
    private final Aor user;
    private final Home home;
    private final Contacts contacts;

    Passage(ServerExchange register, Identity.Sender sender, Home home, Contacts contacts) {
      this.register = register;
      this.sender = sender;
      this.user = sender.aor();
      this.home = home;
      this.contacts = contacts;
    }

    private ForwardConfig config() {
      return home.config();
    }

    /** Those that the client lists; with {@code *} those that we know; null when all are meant. */
    private @Nullable List<ContactSpec> listed() {
      if (contacts instanceof Contacts.Listed listed) {
        return listed.contacts();
      }
      if (config().mode() == Mode.PATH) {
        return null; // the user's other phones are meant too
      }
      return registrar.bindings(user).stream().map(Binding::contact).toList();
    }

    /** What the client asks for, in seconds (RFC 3261 §10.3 step 7). */
    private long asked(ContactSpec contact) {
      if (!(contacts instanceof Contacts.Listed)) {
        return 0;
      }
      if (contact.expires() != ContactSpec.NO_EXPIRES) {
        return contact.expires();
      }
      ExpiresHeader expires = register.request().getExpires();
      return expires == null ? limits.defaultExpires().toSeconds() : expires.getExpires();
    }

    /** What a client of ours gets at the most. */
    private long promised(ContactSpec contact) {
      return Math.min(asked(contact), limits.maxExpires().toSeconds());
    }

    // Answered here.

    boolean isAnsweredHere() {
      List<ContactSpec> listed = listed();
      if (config().mode() == Mode.PATH || listed == null) {
        return false;
      }
      if (listed.isEmpty() && home.passesChallenges()) {
        return false; // who asks must have proved who it is
      }
      for (ContactSpec contact : listed) {
        if (!isCovered(contact)) {
          return false;
        }
      }
      for (ContactSpec contact : listed) {
        leases.moved(DeviceAddress.of(user, contact), register.flow().id());
      }
      registered.carryOut(register, sender, contacts, this::promised, List.of());
      return true;
    }

    private boolean isCovered(ContactSpec contact) {
      Leases.Lease lease = leases.of(DeviceAddress.of(user, contact));
      long promised = promised(contact);
      return lease != null
          && promised > 0
          && (!home.passesChallenges() || lease.flow().equals(register.flow().id()))
          && lease.until() >= timers.millis() + 1000 * (promised + MARGIN_SECONDS);
    }

    // Passed on.

    void send() {
      SIPRequest request = register.request();
      Target target =
          targets.upstream(
              home.trunk(),
              home.uri(request.getRequestURI()),
              home.address(request.getFrom().getAddress()),
              home.address(request.getTo().getAddress()),
              request.getMaxForwards().getMaxForwards() - 1,
              credentials.of(user, home));
      agent.request(
          new OutgoingRequest(
              "REGISTER",
              target.requestUri(),
              target.from(),
              target.to(),
              target.maxForwards(),
              message()),
          new RequestSeries(),
          target.hops().get(),
          target.credentials(),
          new UpstreamAnswer(this::accepted, this::refused, this::unreachable));
    }

    private UpstreamRegister message() {
      List<ContactSpec> listed = listed();
      List<ContactSpec> wanted =
          listed == null || config().mode() == Mode.PATH
              ? listed
              : listed.stream().map(contact -> contact.withExpires(leaseWanted(contact))).toList();
      return new UpstreamRegister(
          register,
          user,
          config(),
          wanted,
          tokens.of(register.flow().id()),
          own,
          home.passesChallenges());
    }

    private long leaseWanted(ContactSpec contact) {
      long promised = promised(contact);
      return promised == 0
          ? 0
          : Math.max(config().expires().toSeconds(), promised + MARGIN_SECONDS);
    }

    private void accepted(SIPResponse response) {
      Granted granted = new Granted(response, user);
      if (config().mode() == Mode.PATH) {
        registered.carryOut(
            register,
            sender,
            contacts,
            contact -> granted.seconds(contact, asked(contact)),
            RegisteredElsewhere.said(response));
        return;
      }
      List<ContactSpec> listed = listed();
      for (ContactSpec contact : listed == null ? List.<ContactSpec>of() : listed) {
        leases.granted(
            DeviceAddress.of(user, contact),
            user,
            home,
            register.flow().id(),
            granted.seconds(contact, leaseWanted(contact)));
      }
      registered.carryOut(
          register,
          sender,
          contacts,
          contact -> Math.min(promised(contact), granted.seconds(contact, leaseWanted(contact))),
          RegisteredElsewhere.said(response));
    }

    private void refused(SIPResponse response) {
      int status = response.getStatusCode();
      boolean asks = Challenges.isChallenge(status);
      if (asks && home.passesChallenges()) {
        register.respond(
            status,
            UpstreamAnswer.phrase(response),
            message -> UpstreamAnswer.apply(Challenges.of(response), message));
      } else if (asks) {
        refusing.refuse(register, 403, "PBX Does Not Know This Password", "pbx");
      } else {
        refusing.refuse(
            register,
            status,
            UpstreamAnswer.phrase(response),
            "pbx",
            message -> UpstreamAnswer.apply(UpstreamAnswer.said(response), message));
      }
    }

    private void unreachable(int status, String reason) {
      refusing.refuse(register, status, reason, "pbx_unreachable");
    }
  }
}
