package dev.tandem.gateway.config.trunk;

import dev.tandem.gateway.config.value.TlsFiles;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * TLS towards a trunk.
 *
 * @param authorities a PEM file with the authorities that may vouch for it; null for the JDK's
 * @param identity our certificate and its key, for a trunk that asks for one; null for none
 * @param verifyName the name that its certificate must have; null for the host of its address
 */
public record TrunkTls(
    @Nullable Path authorities, @Nullable TlsFiles identity, @Nullable String verifyName) {}
