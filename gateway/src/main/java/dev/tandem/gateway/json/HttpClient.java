package dev.tandem.gateway.json;

import java.net.InetSocketAddress;
import java.security.Principal;
import org.jspecify.annotations.Nullable;

/**
 * Whoever sends an HTTP request.
 *
 * @param isPrivate whether nobody on the way can read it: TLS, or this machine
 * @param principal who it proved to be; null for nobody
 */
public record HttpClient(
    InetSocketAddress remote, boolean isPrivate, @Nullable Principal principal) {}
