package dev.tandem.gateway;

import dev.tandem.gateway.config.value.ListenAddress;

/** The gateway could not start. The message is one line for an operator, and names the key. */
public final class StartException extends Exception {
  private static final long serialVersionUID = 1L;

  public StartException(String key, String message, Throwable cause) {
    super(key + ": " + message, cause);
  }

  /** Nobody can be listened to there: most often another process does. */
  public static StartException cannotListen(String key, ListenAddress address, Throwable cause) {
    Throwable root = cause;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return new StartException(
        key, "cannot listen on %s (%s)".formatted(address, root.getMessage()), cause);
  }
}
