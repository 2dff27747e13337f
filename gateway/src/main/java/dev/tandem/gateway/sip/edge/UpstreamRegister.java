package dev.tandem.gateway.sip.edge;

import dev.tandem.gateway.config.ForwardConfig;
import dev.tandem.gateway.config.ForwardConfig.Mode;
import dev.tandem.gateway.registrar.ContactSpec;
import dev.tandem.gateway.registrar.DeviceAddress;
import dev.tandem.gateway.sip.header.Payloads;
import dev.tandem.gateway.sip.target.OwnAddresses;
import dev.tandem.sip.message.Aor;
import dev.tandem.sip.stack.RawHeaders;
import dev.tandem.sip.ua.MessageEdit;
import dev.tandem.sip.ua.ServerExchange;
import gov.nist.javax.sip.header.From;
import gov.nist.javax.sip.header.SIPHeader;
import gov.nist.javax.sip.message.SIPMessage;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A client's REGISTER as the PBX gets it: the same user, Call-ID, CSeq, credentials, but another
 * way back. With a Path that is our URI for the client's flow on top of those that came (RFC 3327
 * §5.2), or with nothing but a Contact of ours.
 *
 * @param register the client's
 * @param contacts to be registered; null for {@code *}
 * @param token our name of the client's flow
 * @param own where the PBX reaches us
 * @param passesChallenges whether the client's credentials are for the PBX
 */
record UpstreamRegister(
    ServerExchange register,
    Aor user,
    ForwardConfig config,
    @Nullable List<ContactSpec> contacts,
    String token,
    OwnAddresses own,
    boolean passesChallenges)
    implements MessageEdit {
  private static final List<String> COPIED =
      List.of("Expires", "Require", "Allow", "Allow-Events", "User-Agent");
  private static final List<String> CREDENTIALS = List.of("Authorization", "Proxy-Authorization");

  @Override
  public void apply(SIPMessage message) {
    if (passesChallenges) {
      // The client counts its requests, and may have more than one answer to its challenge.
      message.setHeader((SIPHeader) register.request().getCallId().clone());
      message.setHeader((SIPHeader) register.request().getCSeq().clone());
      copyTag((From) message.getFrom());
      CREDENTIALS.forEach(name -> copy(name, message));
    }
    message.removeHeader("User-Agent");
    for (String name : COPIED) {
      if (config.mode() == Mode.PATH || !(name.equals("Expires") || name.equals("Require"))) {
        copy(name, message);
      }
    }
    String hostPort = own.hostPort(message);
    writeContacts(message, hostPort);
    if (config.mode() == Mode.PATH) {
      Payloads.add(message, "Path", "<sip:" + token + "@" + hostPort + ";lr;ob>");
      copy("Path", message);
      supported().forEach(tag -> Payloads.add(message, "Supported", tag));
    }
  }

  private void copyTag(From from) {
    try {
      from.setTag(register.request().getFrom().getTag());
    } catch (ParseException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private void copy(String name, SIPMessage message) {
    RawHeaders.values(register.raw(), name, '\0')
        .forEach(value -> Payloads.add(message, name, value));
  }

  /** Without gruu: the PBX's would not be known here. */
  private List<String> supported() {
    List<String> tags = new ArrayList<>();
    for (String value : RawHeaders.values(register.raw(), "Supported", 'k')) {
      for (String tag : value.split(",", -1)) {
        String name = tag.strip().toLowerCase(Locale.ROOT);
        if (!name.isEmpty() && !name.equals("gruu") && !name.equals("path")) {
          tags.add(name);
        }
      }
    }
    tags.add("path");
    return tags;
  }

  private void writeContacts(SIPMessage message, String hostPort) {
    List<ContactSpec> listed = contacts;
    if (listed == null) {
      Payloads.add(message, "Contact", "*");
      return;
    }
    for (ContactSpec contact : listed) {
      Payloads.add(message, "Contact", address(contact, hostPort) + parameters(contact));
    }
  }

  private String address(ContactSpec contact, String hostPort) {
    if (isAsTheClientWroteIt()) {
      return contact.text();
    }
    return "<sip:" + DeviceAddress.of(user, contact).userPart() + "@" + hostPort + ">";
  }

  private boolean isAsTheClientWroteIt() {
    return config.mode() == Mode.PATH && config.contact() == ForwardConfig.Contact.CLIENT;
  }

  private String parameters(ContactSpec contact) {
    String expires =
        contact.expires() == ContactSpec.NO_EXPIRES ? "" : ";expires=" + contact.expires();
    return config.mode() == Mode.CONTACT || isAsTheClientWroteIt()
        ? expires
        : contact.parameters() + expires;
  }
}
