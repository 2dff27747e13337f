package dev.tandem.sip.dns;

import dev.tandem.sip.dns.ResolutionException.Reason;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;

/**
 * The addresses of a host: from the hosts file, else from DNS, where a short name is looked for in
 * the system's search domains too. IPv4 first, as the platform has it by default.
 */
final class AddressLookup {
  private static final int MAX_NAME = 250;

  /**
   * What was found.
   *
   * @param detail for people, why there are no addresses
   */
  record Found(List<InetAddress> addresses, Reason reason, String detail) {}

  private final DnsClient dns;
  private final HostsFile hosts;
  private final SystemDns system;

  AddressLookup(DnsClient dns, HostsFile hosts, SystemDns system) {
    this.dns = dns;
    this.hosts = hosts;
    this.system = system;
  }

  /** Never fails. A family that is not wanted is not asked for. */
  CompletableFuture<Found> of(String host, boolean ipv4, boolean ipv6) {
    List<InetAddress> known = hosts.find(host);
    if (!known.isEmpty()) {
      List<InetAddress> wanted =
          known.stream().filter(each -> each instanceof Inet6Address ? ipv6 : ipv4).toList();
      return CompletableFuture.completedFuture(
          new Found(wanted, Reason.NO_ADDRESS, host + " has no address that we can reach"));
    }
    List<Name> names;
    try {
      names = names(host);
    } catch (TextParseException e) {
      return CompletableFuture.completedFuture(
          new Found(List.of(), Reason.NO_SUCH_NAME, host + " cannot be the name of a host"));
    }
    return first(host, names, 0, ipv4, ipv6);
  }

  private List<Name> names(String host) throws TextParseException {
    List<Name> names = new ArrayList<>();
    names.add(Name.fromString(host, Name.root));
    if (host.chars().filter(c -> c == '.').count() < system.dots()) {
      for (Name domain : system.search()) {
        if (host.length() + domain.length() < MAX_NAME) { // or it is not meant in this domain
          names.add(Name.fromString(host, domain));
        }
      }
    }
    return names;
  }

  private CompletableFuture<Found> first(
      String host, List<Name> names, int index, boolean ipv4, boolean ipv6) {
    CompletableFuture<Answer> none =
        CompletableFuture.completedFuture(
            Answer.none(Answer.Kind.NO_SUCH_RECORD, Responses.SHORTEST));
    CompletableFuture<Answer> four = ipv4 ? dns.ask(names.get(index), Type.A) : none;
    CompletableFuture<Answer> six = ipv6 ? dns.ask(names.get(index), Type.AAAA) : none;
    return four.thenCombine(six, (a, aaaa) -> found(host, a, aaaa))
        .thenCompose(
            found ->
                found.addresses().isEmpty() && index + 1 < names.size()
                    ? first(host, names, index + 1, ipv4, ipv6)
                    : CompletableFuture.completedFuture(found));
  }

  private static Found found(String host, Answer a, Answer aaaa) {
    List<InetAddress> addresses = new ArrayList<>();
    for (Record record : a.records()) {
      addresses.add(IpLiterals.of(((ARecord) record).getAddress()));
    }
    for (Record record : aaaa.records()) {
      addresses.add(IpLiterals.of(((AAAARecord) record).getAddress()));
    }
    if (a.isFailure() || aaaa.isFailure()) {
      return new Found(addresses, Reason.DNS_FAILED, a.isFailure() ? a.detail() : aaaa.detail());
    }
    boolean isUnknown =
        a.kind() == Answer.Kind.NO_SUCH_NAME || aaaa.kind() == Answer.Kind.NO_SUCH_NAME;
    return isUnknown
        ? new Found(addresses, Reason.NO_SUCH_NAME, host + " does not exist in DNS")
        : new Found(addresses, Reason.NO_ADDRESS, host + " has no address that we can reach");
  }
}
