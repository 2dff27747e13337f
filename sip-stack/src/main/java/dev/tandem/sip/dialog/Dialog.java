package dev.tandem.sip.dialog;

import gov.nist.javax.sip.address.AddressImpl;
import gov.nist.javax.sip.header.Contact;
import gov.nist.javax.sip.header.RecordRoute;
import gov.nist.javax.sip.header.RecordRouteList;
import gov.nist.javax.sip.header.Route;
import gov.nist.javax.sip.header.RouteList;
import gov.nist.javax.sip.message.SIPMessage;
import gov.nist.javax.sip.message.SIPRequest;
import gov.nist.javax.sip.message.SIPResponse;
import java.util.ArrayList;
import java.util.List;
import javax.sip.address.Address;
import javax.sip.address.SipURI;
import javax.sip.address.URI;
import org.jspecify.annotations.Nullable;

/**
 * Our end of a dialog (RFC 3261 §12), as a value: every change gives a new one. Addresses and URIs
 * in it are never modified; whoever puts them in a message clones them.
 *
 * @param localUri our From (or To) address without its tag
 * @param localCseq of the last request we sent; 0 before the first
 * @param remoteCseq of the last request we took; -1 before the first
 * @param routeSet in the order in which requests of ours visit them
 * @param remoteTarget where requests of ours end
 */
public record Dialog(
    DialogId id,
    Address localUri,
    Address remoteUri,
    long localCseq,
    long remoteCseq,
    List<Address> routeSet,
    URI remoteTarget,
    boolean secure) {

  public Dialog {
    routeSet = List.copyOf(routeSet);
  }

  /** The dialog that our 1xx or 2xx with {@code localTag} makes at the UAS (§12.1.1). */
  public static Dialog asUas(SIPRequest invite, String localTag, boolean secureTransport) {
    return new Dialog(
        new DialogId(invite.getCallId().getCallId(), localTag, tagOf(invite.getFrom().getTag())),
        invite.getTo().getAddress(),
        invite.getFrom().getAddress(),
        0,
        invite.getCSeq().getSeqNumber(),
        recordRoutes(invite, false),
        target(invite, invite.getFrom().getAddress().getURI()),
        secureTransport && isSips(invite.getRequestURI()));
  }

  /** The dialog that a 1xx with a tag or a 2xx makes at the UAC (§12.1.2). */
  public static Dialog asUac(SIPRequest invite, SIPResponse response, boolean secureTransport) {
    return new Dialog(
        new DialogId(
            response.getCallId().getCallId(),
            tagOf(response.getFrom().getTag()),
            tagOf(response.getTo().getTag())),
        invite.getFrom().getAddress(),
        invite.getTo().getAddress(),
        invite.getCSeq().getSeqNumber(),
        -1,
        recordRoutes(response, true),
        target(response, invite.getRequestURI()),
        secureTransport && isSips(invite.getRequestURI()));
  }

  /** The dialog as it was when this number was taken: for an ACK, which has its INVITE's. */
  public Dialog withLocalCseq(long cseq) {
    return with(cseq, remoteCseq, remoteTarget);
  }

  /** A request of ours takes the next number. */
  public Dialog withNextLocalCseq() {
    return with(localCseq + 1, remoteCseq, remoteTarget);
  }

  /**
   * Whether a request of the peer is in order (§12.2.2): its number must be higher than the last.
   * ACK and CANCEL carry the number of their INVITE and are not asked.
   */
  public boolean isInOrder(long cseq) {
    return cseq > remoteCseq;
  }

  public Dialog withRemoteCseq(long cseq) {
    return with(localCseq, cseq, remoteTarget);
  }

  /** A target refresh (§12.2.1.2, §12.2.2): the Contact of an INVITE or UPDATE, or of its 2xx. */
  public Dialog refreshedBy(SIPMessage message) {
    return with(localCseq, remoteCseq, target(message, remoteTarget));
  }

  private Dialog with(long local, long remote, URI target) {
    return new Dialog(id, localUri, remoteUri, local, remote, routeSet, target, secure);
  }

  /**
   * The Request-URI and Route headers of a request of ours (§12.2.1.1), strict routers included.
   *
   * @param requestUri a clone, to be used freely
   */
  public record Routing(URI requestUri, @Nullable RouteList routes) {}

  public Routing routing() {
    if (routeSet.isEmpty()) {
      return new Routing((URI) remoteTarget.clone(), null);
    }
    RouteList routes = new RouteList();
    URI first = routeSet.get(0).getURI();
    if (isLooseRouter(first)) {
      for (Address hop : routeSet) {
        routes.add(new Route((AddressImpl) hop.clone()));
      }
      return new Routing((URI) remoteTarget.clone(), routes);
    }
    for (Address hop : routeSet.subList(1, routeSet.size())) {
      routes.add(new Route((AddressImpl) hop.clone()));
    }
    AddressImpl last = new AddressImpl();
    last.setURI((URI) remoteTarget.clone());
    routes.add(new Route(last));
    return new Routing((URI) first.clone(), routes);
  }

  /**
   * The URI that says where a request of ours goes next: the first route, or the target (§8.1.2).
   */
  public URI nextHop() {
    return routeSet.isEmpty() ? remoteTarget : routeSet.get(0).getURI();
  }

  private static boolean isLooseRouter(URI uri) {
    return uri instanceof SipURI sip && sip.hasLrParam();
  }

  private static boolean isSips(URI uri) {
    return uri instanceof SipURI sip && sip.isSecure();
  }

  /** RFC 2543 peers have no tag; an empty one stands for that (§12.1.1). */
  private static String tagOf(@Nullable String tag) {
    return tag == null ? "" : tag;
  }

  private static URI target(SIPMessage message, URI otherwise) {
    Contact contact = message.getContactHeader();
    return contact == null || contact.isWildCard() ? otherwise : contact.getAddress().getURI();
  }

  private static List<Address> recordRoutes(SIPMessage message, boolean reversed) {
    RecordRouteList list = message.getRecordRouteHeaders();
    if (list == null || list.isEmpty()) {
      return List.of();
    }
    List<Address> routes = new ArrayList<>(list.size());
    for (RecordRoute route : list) {
      routes.add(reversed ? 0 : routes.size(), route.getAddress());
    }
    return routes;
  }
}
