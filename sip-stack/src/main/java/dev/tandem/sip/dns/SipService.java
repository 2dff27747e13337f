package dev.tandem.sip.dns;

import dev.tandem.sip.transport.Transport;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.NAPTRRecord;

/** A transport as NAPTR and SRV records name it (RFC 3263 §4.1), in the order that we like them. */
enum SipService {
  UDP(Transport.UDP, "SIP+D2U", "_sip._udp."),
  TCP(Transport.TCP, "SIP+D2T", "_sip._tcp."),
  TLS(Transport.TLS, "SIPS+D2T", "_sips._tcp.");

  private final Transport transport;
  private final String naptr;
  private final String srvPrefix;

  SipService(Transport transport, String naptr, String srvPrefix) {
    this.transport = transport;
    this.naptr = naptr;
    this.srvPrefix = srvPrefix;
  }

  Transport transport() {
    return transport;
  }

  /** The name whose SRV records say where a domain has this service. */
  String srvName(String domain) {
    return srvPrefix + domain;
  }

  static SipService of(Transport transport) {
    for (SipService service : values()) {
      if (service.transport == transport) {
        return service;
      }
    }
    throw new IllegalArgumentException("no service by " + transport);
  }

  private static @Nullable SipService ofNaptr(String field) {
    for (SipService service : values()) {
      if (service.naptr.equalsIgnoreCase(field)) {
        return service;
      }
    }
    return null;
  }

  /** Where a NAPTR record says that a service is. */
  record Offer(SipService service, String srvName) {}

  /**
   * The services that a domain offers and we can use, best first: those of the first order that has
   * any (RFC 3403 §4.1), by preference. Pure.
   */
  static List<Offer> offers(List<NAPTRRecord> records, Predicate<SipService> usable) {
    List<NAPTRRecord> sorted = new ArrayList<>(records);
    sorted.sort(
        Comparator.comparingInt(NAPTRRecord::getOrder)
            .thenComparingInt(NAPTRRecord::getPreference));
    List<Offer> offers = new ArrayList<>();
    int order = -1;
    for (NAPTRRecord record : sorted) {
      SipService service = ofNaptr(record.getService());
      boolean leadsToSrv =
          record.getFlags().equalsIgnoreCase("s")
              && record.getRegexp().isEmpty()
              && record.getReplacement().labels() > 1;
      if (service != null && leadsToSrv && usable.test(service)) {
        if (order >= 0 && record.getOrder() != order) {
          break;
        }
        order = record.getOrder();
        offers.add(new Offer(service, record.getReplacement().toString(true)));
      }
    }
    return offers;
  }
}
