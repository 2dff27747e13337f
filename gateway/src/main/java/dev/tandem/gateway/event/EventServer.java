package dev.tandem.gateway.event;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The notifier and the state agent of this gateway: which packages it serves, within which bounds.
 */
public final class EventServer {
  private final Map<String, EventPackage> packages = new LinkedHashMap<>();
  private final Subscriptions subscriptions;
  private final Publications publications;
  private final ExpiresRule expires;
  private final int maxDocument;

  /**
   * Makes it.
   *
   * @param maxDocument bytes that a publication may have
   */
  public EventServer(
      List<EventPackage> packages,
      Subscriptions subscriptions,
      Publications publications,
      ExpiresRule expires,
      int maxDocument) {
    packages.forEach(one -> this.packages.put(one.name(), one));
    this.subscriptions = subscriptions;
    this.publications = publications;
    this.expires = expires;
    this.maxDocument = maxDocument;
  }

  /** Null when it is not served. */
  public @Nullable EventPackage find(String name) {
    return packages.get(name);
  }

  /** Of all packages, for Allow-Events. */
  public List<String> names() {
    return List.copyOf(packages.keySet());
  }

  public Subscriptions subscriptions() {
    return subscriptions;
  }

  public Publications publications() {
    return publications;
  }

  public ExpiresRule expires() {
    return expires;
  }

  public int maxDocument() {
    return maxDocument;
  }
}
