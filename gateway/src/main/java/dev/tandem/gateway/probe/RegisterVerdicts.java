package dev.tandem.gateway.probe;

import dev.tandem.gateway.probe.Login.Challenged;
import dev.tandem.sip.transport.Transport;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What can be said of the answer to a REGISTER (RFC 3261 §10). */
final class RegisterVerdicts {
  private RegisterVerdicts() {}

  /**
   * Reads the last answer.
   *
   * @param challenged the last challenge; null when there was none
   * @param contact ours, without brackets; null when the registrar was only asked what it has
   */
  static Finding of(
      Reply reply,
      @Nullable Challenged challenged,
      @Nullable String contact,
      Duration limit,
      Transport transport) {
    PlainMessage answer = reply.last();
    if (answer == null) {
      return OptionsVerdicts.missing(reply, limit, transport);
    }
    String said = answer.told();
    int status = answer.status();
    if (status < 300) {
      return contact == null ? asked(answer, said) : registered(answer, said, contact);
    }
    return switch (status) {
      case 401, 407 ->
          challenged == null
              ? Finding.failed(said, "It is not a challenge that can be read.")
              : ChallengeVerdicts.of(challenged);
      case 403 ->
          Finding.failed(
              said
                  + ": the account may not register"
                  + (challenged == null ? "" : ", or its password is wrong"),
              "Look at auth.password, at register.domain (many want their own name there, never an "
                  + "address), and whether the account is for this kind of login and for our address.");
      case 404, 604 ->
          Finding.failed(
              said + ": the registrar knows no such user in that domain",
              "Look at register.user (the extension or the trunk's user) and at register.domain.");
      case 400, 416, 484 ->
          Finding.failed(
              said + ": it does not like the request",
              "Look at register.user and register.domain below.");
      case 423 ->
          Finding.failed(
              said
                  + ": even the time it asked for is too short; Min-Expires: "
                  + answer.header("Min-Expires"),
              "Let register.expires be what it wants.");
      case 405, 501 ->
          Finding.failed(
              said + ": it is no registrar",
              "Leave register out (a trunk known by its address needs none), or name the registrar in "
                  + "register.registrars.");
      case 420 ->
          Finding.failed(
              said + ": it wants to do without " + answer.header("Unsupported"),
              "Switch support for that on at the peer.");
      case 408, 480, 500, 502, 503, 504 ->
          Finding.failed(
              said + ": the registrar has trouble of its own",
              "Try again; if it stays so, ask the other side. Some say 503 to addresses they do not know.");
      default ->
          status < 400
              ? Finding.failed(
                  said + ": it sends us to " + answer.header("Contact"),
                  "Name that in register.registrars.")
              : Finding.failed(said, "Look at the exchange below, and at the other side's log.");
    };
  }

  private static Finding asked(PlainMessage answer, String said) {
    int contacts = answer.elements("Contact").size();
    return Finding.ok(
        said
            + ": the account is good; the registrar has "
            + (contacts == 0
                ? "no contact"
                : contacts == 1 ? "one contact" : contacts + " contacts")
            + " of it (nothing was changed, since the running gateway holds the port)");
  }

  private static Finding registered(PlainMessage answer, String said, String contact) {
    for (String each : answer.elements("Contact")) {
      if (hostPort(PlainMessage.uri(each)).equals(hostPort(contact))) {
        String expires = PlainMessage.parameter(each, "expires");
        String granted = expires == null ? answer.header("Expires") : expires;
        return Finding.ok(
            said + ": registered" + (granted == null ? "" : " for " + granted + " s"));
      }
    }
    return Finding.warning(
        said + ", but our Contact is not in the answer: calls may not reach us",
        "Some registrars write what they see instead: compare the Contacts below. Others have a limit "
            + "of contacts for each user.");
  }

  private static String hostPort(String uri) {
    String plain = uri.split(";", 2)[0];
    return plain.substring(plain.indexOf('@') + 1);
  }
}
