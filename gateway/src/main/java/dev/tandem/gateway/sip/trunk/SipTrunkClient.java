package dev.tandem.gateway.sip.trunk;

import dev.tandem.gateway.config.trunk.TrunkConfig;
import dev.tandem.gateway.config.trunk.TrunkFrom;
import dev.tandem.gateway.config.trunk.TrunkRegister;
import dev.tandem.gateway.config.value.PeerAddress;
import dev.tandem.gateway.config.value.StatusRanges;
import dev.tandem.gateway.sip.header.Addresses;
import dev.tandem.gateway.sip.header.Payloads;
import dev.tandem.gateway.sip.target.TrunkHops;
import dev.tandem.gateway.trunk.Trunk;
import dev.tandem.gateway.trunk.TrunkAnswer;
import dev.tandem.gateway.trunk.TrunkClient;
import dev.tandem.sip.stack.ClientTransaction;
import dev.tandem.sip.transport.Flow;
import dev.tandem.sip.transport.FlowEnd;
import dev.tandem.sip.ua.MessageEdit;
import dev.tandem.sip.ua.OutgoingRequest;
import dev.tandem.sip.ua.OutsideRequest;
import dev.tandem.sip.ua.PeerCredentials;
import dev.tandem.sip.ua.RequestSeries;
import dev.tandem.sip.ua.UserAgent;
import gov.nist.javax.sip.header.ContactList;
import gov.nist.javax.sip.message.SIPResponse;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.function.Consumer;
import javax.sip.address.Address;
import org.jspecify.annotations.Nullable;

/** Speaks SIP with trunks, outside of calls. Thread-safe; never blocks. */
public final class SipTrunkClient implements TrunkClient {
  private static final int MAX_FORWARDS = 70;

  private final UserAgent agent;
  private final TrunkHops hops;
  private final String domain;

  /**
   * Makes a client.
   *
   * @param domain ours, in the From of what is not sent as an account
   */
  public SipTrunkClient(UserAgent agent, TrunkHops hops, String domain) {
    this.agent = agent;
    this.hops = hops;
    this.domain = domain;
  }

  @Override
  public Pending options(
      Trunk trunk, PeerAddress peer, InetSocketAddress to, Consumer<TrunkAnswer> outcome) {
    TrunkConfig config = trunk.config();
    Flow flow = hops.at(config, peer, to);
    if (flow == null) {
      return unreachable(peer, outcome);
    }
    Address called = address(null, host(config.peer().domain(), config.address()));
    StatusRanges alive = config.peer().health().codes();
    // A challenge is a sign of life too; answering it without need may get us locked out.
    boolean needsNoAnswer = alive.contains(401) && alive.contains(407);
    return send(
        needsNoAnswer ? null : trunk.credentials(),
        "OPTIONS",
        called,
        asker(config),
        called,
        message -> Payloads.add(message, "Accept", "application/sdp"),
        new RequestSeries(),
        flow,
        response -> outcome.accept(RegisterAnswers.plain(response)),
        outcome);
  }

  private Address asker(TrunkConfig config) {
    TrunkFrom from = config.peer().from();
    TrunkRegister register = config.peer().register();
    String account = register == null ? "tandem" : register.user();
    return address(
        from.user() == null ? account : from.user(),
        from.domain() == null ? domain : from.domain());
  }

  @Override
  public Pending register(
      Trunk trunk,
      RequestSeries registration,
      PeerAddress peer,
      InetSocketAddress to,
      Duration expires,
      Consumer<TrunkAnswer> outcome) {
    TrunkConfig config = trunk.config();
    TrunkRegister register = config.peer().register();
    String user = config.peer().registeredUser();
    if (register == null || user == null) {
      throw new IllegalArgumentException(config.name() + " is not registered with");
    }
    Flow flow = hops.at(config, peer, to);
    if (flow == null) {
      return unreachable(peer, outcome);
    }
    String given = register.domain() == null ? config.peer().domain() : register.domain();
    Address account = address(register.user(), given == null ? config.host() : given);
    ContactList contact = UserAgent.contact(flow, user);
    return send(
        trunk.credentials(),
        "REGISTER",
        address(null, host(given, config.address())),
        account,
        account,
        message -> {
          message.setHeader((ContactList) contact.clone());
          Payloads.add(message, "Expires", Long.toString(expires.toSeconds()));
        },
        registration,
        flow,
        response -> outcome.accept(RegisterAnswers.read(response, contact, expires)),
        outcome);
  }

  private Pending send(
      @Nullable PeerCredentials credentials,
      String method,
      Address requestUri,
      Address from,
      Address to,
      MessageEdit edit,
      RequestSeries series,
      Flow flow,
      Consumer<SIPResponse> answered,
      Consumer<TrunkAnswer> missing) {
    OutsideRequest sent =
        agent.request(
            new OutgoingRequest(method, requestUri.getURI(), from, to, MAX_FORWARDS, edit),
            series,
            flow,
            credentials,
            new ClientTransaction.Listener() {
              @Override
              public void responded(SIPResponse response) {
                if (response.getStatusCode() >= 200) {
                  answered.accept(response);
                }
              }

              @Override
              public void timedOut() {
                missing.accept(TrunkAnswer.missing(408, "no answer"));
              }

              @Override
              public void flowEnded(FlowEnd end) {
                missing.accept(TrunkAnswer.missing(503, "no connection: " + end.cause()));
              }
            });
    return sent::abandon;
  }

  private static Pending unreachable(PeerAddress peer, Consumer<TrunkAnswer> outcome) {
    String transport = peer.transportOrDefault().uriParameter();
    outcome.accept(
        TrunkAnswer.missing(503, "there is no socket for " + transport + " to that address"));
    return () -> {};
  }

  /** A domain stands alone; an address has its port. */
  private static String host(@Nullable String given, PeerAddress address) {
    return given == null ? address.toString() : given;
  }

  private static Address address(@Nullable String user, String host) {
    return Addresses.named(null, Addresses.uri("sip:" + (user == null ? "" : user + "@") + host));
  }
}
