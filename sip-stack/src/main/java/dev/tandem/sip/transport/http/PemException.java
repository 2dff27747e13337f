package dev.tandem.sip.transport.http;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A PEM file is not what it should be; the message names the file, what is there, and what not. */
public final class PemException extends Exception {
  PemException(Path file, String problem, @Nullable Throwable cause) {
    super(file + ": " + problem, cause);
  }
}
