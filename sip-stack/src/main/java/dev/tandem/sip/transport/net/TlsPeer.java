package dev.tandem.sip.transport.net;

import java.util.Locale;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * How one peer that we connect to by TLS is believed, where that differs from what holds for all.
 *
 * @param context the authorities that may vouch for it, and our own certificate if it asks for one
 * @param verifyName what its certificate must name; null for the name that led to it
 */
public record TlsPeer(SSLContext context, @Nullable String verifyName) {

  /** The name to check, in lower case. */
  String nameOr(String serverName) {
    return (verifyName == null ? serverName : verifyName).toLowerCase(Locale.ROOT);
  }
}
