package dev.tandem.gateway.config;

import dev.tandem.gateway.config.value.ConfigException;
import dev.tandem.gateway.config.value.ListenAddress;
import dev.tandem.gateway.config.value.TlsFiles;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where demo, admin and WebSocket are served.
 *
 * @param tls null when {@code listenTls} is empty
 */
public record HttpConfig(
    List<ListenAddress> listen, List<ListenAddress> listenTls, @Nullable TlsFiles tls) {
  public HttpConfig {
    listen = List.copyOf(listen);
    listenTls = List.copyOf(listenTls);
    if (!listenTls.isEmpty() && tls == null) {
      throw new ConfigException("http.tls.certificate", "is missing: http.tls.listen needs it");
    }
  }
}
