package dev.tandem.gateway.config;

import java.nio.file.Path;

/**
 * What is wanted of those who connect to us by TLS.
 *
 * @param authorities a PEM file with those who may vouch for their certificates
 * @param required whether who shows none is refused
 */
public record ClientCertificates(Path authorities, boolean required) {

  static boolean isRequired(String text) {
    return switch (text) {
      case "optional" -> false;
      case "required" -> true;
      default -> throw new IllegalArgumentException("optional or required");
    };
  }
}
