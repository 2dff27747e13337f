package dev.tandem.gateway.config.value;

import java.util.List;

/** One or more values that cannot be. Each fault names the key; the message says what must be. */
public final class ConfigException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * A value that cannot be.
   *
   * @param key its full key, such as {@code registrar.minExpires} or {@code users[3].user}
   * @param message what is wrong and what was expected; never a secret
   */
  public record Fault(String key, String message) {}

  private final transient List<Fault> faults;

  public ConfigException(String key, String message) {
    this(List.of(new Fault(key, message)));
  }

  public ConfigException(List<Fault> faults) {
    super(String.join("; ", faults.stream().map(f -> f.key() + ": " + f.message()).toList()));
    this.faults = List.copyOf(faults);
  }

  public List<Fault> faults() {
    return faults;
  }
}
