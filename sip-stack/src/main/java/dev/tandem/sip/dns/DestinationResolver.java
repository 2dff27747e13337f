package dev.tandem.sip.dns;

import dev.tandem.sip.dns.ResolutionException.Reason;
import dev.tandem.sip.time.Timers;
import dev.tandem.sip.transport.Transport;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.xbill.DNS.NAPTRRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.SRVRecord;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;

/**
 * Locates SIP servers (RFC 3263 §4). An explicit port needs no SRV, an explicit transport no NAPTR,
 * a literal nothing at all; a name of the hosts file counts as one that has no services. Where a
 * domain has neither NAPTR nor SRV records, its own addresses are used.
 *
 * <p>Never blocks. What is known is told at once, within the call; the rest later, on a thread that
 * must not be blocked. Thread-safe.
 */
public final class DestinationResolver {
  /** How often the hosts file may be read anew. */
  private static final long HOSTS_VALID_MILLIS = 10_000;

  /** A firewall that drops makes one call wait; it should be a rare one. */
  private static final Duration WITHOUT_TCP = Duration.ofMinutes(10);

  private final DnsSettings settings;
  private final Timers timers;
  private final Reach reach;
  private final Random random;
  private final HostsFile hosts;
  private final AddressLookup addresses;
  private final DnsClient dns;
  private final SetBacks setBacks;
  private final SetBacks withoutTcp;
  private final AtomicLong hostsReadAt;

  /**
   * Reads the hosts file and, unless servers are given, the system's DNS settings.
   *
   * @param random draws the lots of SRV weights
   */
  public DestinationResolver(DnsSettings settings, Timers timers, Reach reach, Random random) {
    this.settings = settings;
    this.timers = timers;
    this.reach = reach;
    this.random = random;
    this.hosts = new HostsFile(settings.hostsFile());
    SystemDns system = settings.servers().isEmpty() ? SystemDns.read() : SystemDns.NONE;
    List<InetSocketAddress> servers =
        settings.servers().isEmpty() ? system.servers() : settings.servers();
    this.dns = new DnsClient(servers, settings.timeout(), timers);
    this.addresses = new AddressLookup(dns, hosts, system);
    this.setBacks = new SetBacks(settings.setBack(), timers);
    this.withoutTcp = new SetBacks(WITHOUT_TCP, timers);
    this.hostsReadAt = new AtomicLong(timers.millis());
  }

  /**
   * The destinations of a target in the order to try them, at least one; or it fails with a {@link
   * ResolutionException}, which {@link ResolutionException#of} unwraps.
   */
  public CompletableFuture<List<Destination>> resolve(SipTarget target) {
    Transport transport = target.transportByDefault();
    if (target.isContradictory()) {
      return failed(Reason.NO_TRANSPORT, "no request can be sent to " + target);
    }
    if (target.host().endsWith(".invalid")) { // RFC 6761 §6.4: browsers have such names
      return failed(Reason.NO_SUCH_NAME, target.host() + " is a name of nothing");
    }
    InetAddress literal = target.literal();
    if (literal != null) {
      return reach.has(transport, literal)
          ? CompletableFuture.completedFuture(
              List.of(destination(target, transport, literal, port(target, transport))))
          : failed(Reason.NO_TRANSPORT, "no " + transport + " socket that can reach " + literal);
    }
    refreshHosts();
    return limited(
        candidates(target)
            .thenCompose(found -> addressesOf(target, found))
            .thenApply(setBacks::order),
        target);
  }

  /** A destination could not be reached, or did not answer: others go first for a while. */
  public void failed(Destination destination) {
    setBacks.add(destination);
  }

  /** A destination answered. */
  public void worked(Destination destination) {
    setBacks.remove(destination);
  }

  /** Nobody takes connections there, where UDP was asked for: to be remembered for longer. */
  public void refusesTcp(Destination byTcp) {
    withoutTcp.add(byTcp);
  }

  /** Whether it is worth to try by TCP what was asked for by UDP. */
  public boolean mayTakeTcp(Destination byTcp) {
    return !withoutTcp.contains(byTcp);
  }

  private static int port(SipTarget target, Transport transport) {
    return target.port() == 0 ? transport.defaultPort() : target.port();
  }

  private static Destination destination(
      SipTarget target, Transport transport, InetAddress address, int port) {
    return new Destination(
        transport,
        new InetSocketAddress(address, port),
        transport.isSecure() ? target.host() : null);
  }

  private static <T> CompletableFuture<T> failed(Reason reason, String message) {
    return CompletableFuture.failedFuture(new ResolutionException(reason, message));
  }

  /** Answers in time, whatever becomes of the questions; what they find is remembered anyway. */
  private CompletableFuture<List<Destination>> limited(
      CompletableFuture<List<Destination>> resolution, SipTarget target) {
    if (resolution.isDone()) {
      return resolution;
    }
    CompletableFuture<List<Destination>> inTime = new CompletableFuture<>();
    Duration limit = settings.limit();
    String late =
        "DNS did not say within " + limit.toMillis() + " ms where " + target.host() + " is";
    Timers.Timer timer =
        timers.schedule(
            limit,
            () -> inTime.completeExceptionally(new ResolutionException(Reason.DNS_FAILED, late)));
    var unused =
        resolution.whenComplete(
            (found, failure) -> {
              timer.cancel();
              if (failure == null) {
                inTime.complete(found);
              } else {
                inTime.completeExceptionally(ResolutionException.of(failure));
              }
            });
    return inTime;
  }

  private void refreshHosts() {
    long read = hostsReadAt.get();
    long now = timers.millis();
    if (now - read > HOSTS_VALID_MILLIS && hostsReadAt.compareAndSet(read, now)) {
      var unused = CompletableFuture.runAsync(hosts::reload);
    }
  }

  // Services: which transport at which host.

  /** A host that serves the target by a transport. */
  private record Candidate(Transport transport, String host, int port) {}

  private CompletableFuture<List<Candidate>> candidates(SipTarget target) {
    Transport transport = target.transportByDefault();
    if (target.port() != 0 || !hosts.find(target.host()).isEmpty()) {
      return known(new Candidate(transport, target.host(), port(target, transport)));
    }
    if (target.transport() != null) {
      return servers(List.of(service(target, transport)), target);
    }
    return ask(target.host(), Type.NAPTR)
        .thenCompose(
            answer -> {
              List<SipService.Offer> offers =
                  SipService.offers(
                      records(answer, NAPTRRecord.class), service -> isUsable(service, target));
              return servers(offers.isEmpty() ? allServices(target) : offers, target);
            });
  }

  private static CompletableFuture<List<Candidate>> known(Candidate candidate) {
    return CompletableFuture.completedFuture(List.of(candidate));
  }

  private boolean isUsable(SipService service, SipTarget target) {
    return reach.has(service.transport()) && (!target.secure() || service == SipService.TLS);
  }

  private static SipService.Offer service(SipTarget target, Transport transport) {
    SipService service = SipService.of(transport);
    return new SipService.Offer(service, service.srvName(target.host()));
  }

  private List<SipService.Offer> allServices(SipTarget target) {
    List<SipService.Offer> all = new ArrayList<>(3);
    for (SipService service : SipService.values()) {
      if (isUsable(service, target)) {
        all.add(new SipService.Offer(service, service.srvName(target.host())));
      }
    }
    return all;
  }

  /** The hosts that SRV records name; the target's own host when there are none. */
  private CompletableFuture<List<Candidate>> servers(
      List<SipService.Offer> offers, SipTarget target) {
    List<CompletableFuture<Answer>> asked =
        offers.stream().map(offer -> ask(offer.srvName(), Type.SRV)).toList();
    return all(asked)
        .thenCompose(
            answers -> {
              List<Candidate> candidates = new ArrayList<>();
              for (int i = 0; i < answers.size(); i++) {
                addServers(offers.get(i).service(), answers.get(i), candidates);
              }
              return candidates.isEmpty()
                  ? withoutServers(offers, answers, target)
                  : CompletableFuture.completedFuture(candidates);
            });
  }

  private void addServers(SipService service, Answer answer, List<Candidate> candidates) {
    for (SRVRecord record : SrvOrder.of(records(answer, SRVRecord.class), random)) {
      if (record.getTarget().labels() > 1) { // "." alone: not offered here
        String host = record.getTarget().toString(true);
        candidates.add(new Candidate(service.transport(), host, record.getPort()));
      }
    }
  }

  private CompletableFuture<List<Candidate>> withoutServers(
      List<SipService.Offer> offers, List<Answer> answers, SipTarget target) {
    for (Answer answer : answers) {
      if (answer.isFailure()) {
        // The host itself may be another machine than its SIP server: better none than that.
        return failed(Reason.DNS_FAILED, answer.detail());
      }
    }
    boolean offeredNowhere =
        answers.stream().anyMatch(answer -> answer.kind() == Answer.Kind.FOUND);
    Transport transport = target.transportByDefault();
    if (offeredNowhere) {
      return failed(Reason.NO_SERVICE, target.host() + " says that it has no SIP service");
    }
    Transport own =
        offers.size() == 1 && !target.secure() ? offers.get(0).service().transport() : transport;
    return known(new Candidate(own, target.host(), own.defaultPort()));
  }

  // Addresses.

  private CompletableFuture<List<Destination>> addressesOf(
      SipTarget target, List<Candidate> candidates) {
    List<Candidate> first =
        candidates.subList(0, Math.min(candidates.size(), settings.maxDestinations()));
    List<CompletableFuture<AddressLookup.Found>> asked =
        first.stream()
            .map(
                candidate ->
                    addresses.of(
                        candidate.host(),
                        reach.has(candidate.transport(), false),
                        reach.has(candidate.transport(), true)))
            .toList();
    return all(asked).thenCompose(found -> destinations(target, first, found));
  }

  private CompletableFuture<List<Destination>> destinations(
      SipTarget target, List<Candidate> candidates, List<AddressLookup.Found> found) {
    List<Destination> destinations = new ArrayList<>();
    for (int i = 0; i < candidates.size(); i++) {
      Candidate candidate = candidates.get(i);
      for (InetAddress address : found.get(i).addresses()) {
        Destination each = destination(target, candidate.transport(), address, candidate.port());
        if (destinations.size() < settings.maxDestinations() && !destinations.contains(each)) {
          destinations.add(each);
        }
      }
    }
    if (!destinations.isEmpty()) {
      return CompletableFuture.completedFuture(destinations);
    }
    Candidate first = candidates.get(0);
    if (!reach.has(first.transport())) {
      return failed(Reason.NO_TRANSPORT, "no " + first.transport() + " socket of ours is open");
    }
    AddressLookup.Found none = found.get(0);
    return failed(none.reason(), none.detail());
  }

  // Questions.

  private CompletableFuture<Answer> ask(String host, int type) {
    try {
      return dns.ask(Name.fromString(host, Name.root), type);
    } catch (TextParseException e) {
      return CompletableFuture.completedFuture(
          Answer.none(Answer.Kind.NO_SUCH_NAME, Responses.SHORTEST));
    }
  }

  private static <T> List<T> records(Answer answer, Class<T> type) {
    return answer.records().stream().filter(type::isInstance).map(type::cast).toList();
  }

  private static <T> CompletableFuture<List<T>> all(List<CompletableFuture<T>> parts) {
    return CompletableFuture.allOf(parts.toArray(CompletableFuture[]::new))
        .thenApply(done -> parts.stream().map(CompletableFuture::join).toList());
  }
}
