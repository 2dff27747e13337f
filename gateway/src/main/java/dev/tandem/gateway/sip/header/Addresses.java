package dev.tandem.gateway.sip.header;

import dev.tandem.gateway.routing.CallerId;
import gov.nist.javax.sip.address.AddressFactoryImpl;
import gov.nist.javax.sip.address.AddressImpl;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.util.Locale;
import java.util.regex.Pattern;
import javax.sip.address.Address;
import javax.sip.address.SipURI;
import javax.sip.address.TelURL;
import javax.sip.address.URI;
import org.jspecify.annotations.Nullable;

/** Makes JAIN-SIP addresses, and takes from URIs what routing asks for. */
public final class Addresses {
  private static final Pattern ESCAPED = Pattern.compile("\\\\(.)", Pattern.DOTALL);
  private static final Pattern TO_ESCAPE = Pattern.compile("[\"\\\\]");

  private Addresses() {}

  /**
   * Parses a URI.
   *
   * @throws IllegalArgumentException when it is none
   */
  public static URI uri(String text) {
    try {
      return new AddressFactoryImpl().createURI(text);
    } catch (ParseException | RuntimeException e) {
      throw new IllegalArgumentException("not a URI: " + text, e);
    }
  }

  /** Parses a name-addr: a From or To value without parameters. */
  public static Address address(String text) {
    try {
      return new AddressFactoryImpl().createAddress(text);
    } catch (ParseException | RuntimeException e) {
      throw new IllegalArgumentException("not an address: " + text, e);
    }
  }

  /** The display name as people read it; null for none. JAIN-SIP keeps escapes as they came. */
  public static @Nullable String name(Address address) {
    String name = address.getDisplayName();
    return name == null || name.isEmpty() ? null : ESCAPED.matcher(name).replaceAll("$1");
  }

  /**
   * An address with a display name, if there is any.
   *
   * @param displayName of one line, as people read it
   */
  public static Address named(@Nullable String displayName, URI uri) {
    AddressImpl address = new AddressImpl();
    address.setURI(uri);
    if (displayName != null && !displayName.isEmpty()) {
      address.setDisplayName(TO_ESCAPE.matcher(displayName).replaceAll("\\\\$0"));
    }
    return address;
  }

  /** As routing knows whom an address names. */
  public static CallerId callerId(Address address) {
    return new CallerId(user(address.getURI()), host(address.getURI()), null)
        .withName(name(address));
  }

  /** The user, unescaped, or the number of a tel URI without its separators (RFC 3966 §3). */
  public static String user(URI uri) {
    if (uri instanceof TelURL tel) {
      String number = tel.getPhoneNumber().replaceAll("[-.() ]", "");
      return tel.isGlobal() && !number.startsWith("+") ? "+" + number : number;
    }
    if (uri instanceof SipURI sip && sip.getUser() != null) {
      dev.tandem.sip.message.Aor aor =
          dev.tandem.sip.message.Aor.parse("sip:" + sip.getUser() + "@x");
      return aor == null ? "" : aor.user();
    }
    return "";
  }

  /** The instance that a gruu names (RFC 5627 §4.1); "" for a temporary one, null for no gruu. */
  public static @Nullable String instance(URI uri) {
    if (!(uri instanceof SipURI sip)) {
      return null;
    }
    dev.tandem.sip.message.SipUri read = dev.tandem.sip.message.SipUri.parse(sip.toString());
    String value = read == null ? null : read.parameter("gr");
    return value == null
        ? null
        : URLDecoder.decode(value.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  /** Empty for a tel URI. */
  public static String host(URI uri) {
    return uri instanceof SipURI sip && sip.getHost() != null
        ? sip.getHost().toLowerCase(Locale.ROOT)
        : "";
  }
}
