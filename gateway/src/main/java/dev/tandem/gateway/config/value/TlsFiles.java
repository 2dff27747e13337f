package dev.tandem.gateway.config.value;

import java.nio.file.Path;

/** Who we are on TLS: PEM files, the certificate with its chain. */
public record TlsFiles(Path certificate, Path privateKey) {}
