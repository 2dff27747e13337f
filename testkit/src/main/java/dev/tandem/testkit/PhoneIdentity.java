package dev.tandem.testkit;

import org.jspecify.annotations.Nullable;

/**
 * Who a phone is.
 *
 * @param user the user part of its AOR, and its name for digest
 * @param password null for one that cannot authenticate
 */
public record PhoneIdentity(String user, String domain, @Nullable String password) {
  public String aor() {
    return "sip:" + user + "@" + domain;
  }
}
