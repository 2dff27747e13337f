package dev.tandem.gateway.probe;

import dev.tandem.gateway.config.TandemConfig;
import dev.tandem.gateway.config.trunk.TrunkConfig;
import dev.tandem.gateway.config.trunk.TrunkFrom;
import dev.tandem.gateway.config.trunk.TrunkRegister;
import dev.tandem.sip.transport.Transport;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Writes requests as the gateway would for this trunk: the same URIs, From and Contact.
 *
 * @param shown our address and port, in Via and Contact
 * @param tokens draws branches, tags and Call-IDs
 */
record RequestWriter(
    TandemConfig config,
    TrunkConfig trunk,
    Transport transport,
    InetSocketAddress shown,
    @Nullable String fromUser,
    Supplier<String> tokens) {
  static final String ALLOW = "INVITE, ACK, CANCEL, BYE, OPTIONS";

  /** One Call-ID, and a CSeq that rises. */
  static final class Series {
    private final String callId;
    private final String tag;
    private int cseq;

    Series(Supplier<String> tokens) {
      this.callId = tokens.get();
      this.tag = tokens.get();
    }
  }

  Series series() {
    return new Series(tokens);
  }

  private String domain() {
    String domain = trunk.peer().domain();
    return domain == null ? trunk.address().toString() : domain;
  }

  /** The host that From has. */
  String fromHost() {
    String given = trunk.peer().from().domain();
    return given == null ? config.domain() : given;
  }

  private String caller() {
    TrunkFrom from = trunk.peer().from();
    TrunkRegister register = trunk.peer().register();
    if (fromUser != null) {
      return fromUser;
    }
    if (from.user() != null) {
      return from.user();
    }
    return register == null ? "tandem" : register.user();
  }

  String contact() {
    String user = trunk.peer().registeredUser();
    return "<sip:"
        + (user == null ? "tandem" : user)
        + "@"
        + hostPort(shown)
        + (transport == Transport.UDP ? "" : ";transport=" + transport.uriParameter())
        + ">";
  }

  static String hostPort(InetSocketAddress address) {
    return host(address.getAddress()) + ":" + address.getPort();
  }

  static String host(InetAddress address) {
    String text = address.getHostAddress();
    int zone = text.indexOf('%');
    String plain = zone < 0 ? text : text.substring(0, zone);
    return address instanceof Inet6Address ? "[" + plain + "]" : plain;
  }

  PlainMessage options(Series series) {
    String uri = "sip:" + domain();
    return begin("OPTIONS", uri, "sip:" + caller() + "@" + fromHost(), uri, series)
        .with("Contact", contact())
        .with("Accept", "application/sdp");
  }

  /**
   * A REGISTER (RFC 3261 §10.2).
   *
   * @param expires zero to take the Contact back; null for no Contact, which only asks what the
   *     registrar has (§10.2.3)
   */
  PlainMessage register(Series series, TrunkRegister register, @Nullable Duration expires) {
    String given = register.domain() == null ? trunk.peer().domain() : register.domain();
    String account = "sip:" + register.user() + "@" + (given == null ? trunk.host() : given);
    String uri = "sip:" + (given == null ? trunk.address().toString() : given);
    PlainMessage request = begin("REGISTER", uri, account, account, series);
    return expires == null
        ? request
        : request.with("Contact", contact()).with("Expires", Long.toString(expires.toSeconds()));
  }

  PlainMessage invite(Series series, String number, int mediaPort) {
    String uri = called(number);
    String host = host(shown.getAddress());
    String family = shown.getAddress() instanceof Inet6Address ? "IP6" : "IP4";
    String plainHost = host.replace("[", "").replace("]", "");
    String sdp =
        String.join(
            "\r\n",
            "v=0",
            "o=tandem 1 1 IN " + family + " " + plainHost,
            "s=check",
            "c=IN " + family + " " + plainHost,
            "t=0 0",
            "m=audio " + mediaPort + " RTP/AVP 8 0 101",
            "a=rtpmap:8 PCMA/8000",
            "a=rtpmap:0 PCMU/8000",
            "a=rtpmap:101 telephone-event/8000",
            "a=fmtp:101 0-16",
            "");
    return begin("INVITE", uri, "sip:" + caller() + "@" + fromHost(), uri, series)
        .with("Contact", contact())
        .with("Allow", ALLOW)
        .withBody("application/sdp", sdp);
  }

  private String called(String number) {
    return "sip:" + number.replace("#", "%23") + "@" + domain();
  }

  /** The ACK of a response of 300 or above (§17.1.1.3), or the CANCEL (§9.1), of an INVITE. */
  static PlainMessage ofTransaction(String method, PlainMessage invite, @Nullable String to) {
    String uri = invite.requestUri();
    String cseq = String.valueOf(invite.header("CSeq")).split(" ", 2)[0];
    return PlainMessage.request(method, uri)
        .with("Via", String.valueOf(invite.header("Via")))
        .with("Max-Forwards", "70")
        .with("From", String.valueOf(invite.header("From")))
        .with("To", to == null ? String.valueOf(invite.header("To")) : to)
        .with("Call-ID", String.valueOf(invite.header("Call-ID")))
        .with("CSeq", cseq + " " + method);
  }

  /** A request inside the call that a 2xx made: its ACK, or BYE (§12.2.1.1). */
  PlainMessage inDialog(String method, PlainMessage invite, PlainMessage answer, Series series) {
    String contact = answer.elements("Contact").stream().findFirst().orElse("");
    String target = contact.isEmpty() ? invite.requestUri() : PlainMessage.uri(contact);
    if (!method.equals("ACK")) {
      series.cseq++;
    }
    PlainMessage request =
        PlainMessage.request(method, target).with("Via", via()).with("Max-Forwards", "70");
    List<String> route = new ArrayList<>(answer.elements("Record-Route"));
    Collections.reverse(route);
    for (String each : route) {
      request = request.with("Route", each);
    }
    return request
        .with("From", String.valueOf(invite.header("From")))
        .with("To", String.valueOf(answer.header("To")))
        .with("Call-ID", series.callId)
        .with("CSeq", series.cseq + " " + method);
  }

  private PlainMessage begin(String method, String uri, String from, String to, Series series) {
    series.cseq++;
    return PlainMessage.request(method, uri)
        .with("Via", via())
        .with("Max-Forwards", "70")
        .with("From", "<" + from + ">;tag=" + series.tag)
        .with("To", "<" + to + ">")
        .with("Call-ID", series.callId)
        .with("CSeq", series.cseq + " " + method)
        .with("User-Agent", "Tandem trunk test");
  }

  private String via() {
    return "SIP/2.0/"
        + transport
        + " "
        + hostPort(shown)
        + ";branch=z9hG4bK"
        + tokens.get()
        + ";rport";
  }
}
