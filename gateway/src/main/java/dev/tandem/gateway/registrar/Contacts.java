package dev.tandem.gateway.registrar;

import java.util.List;

/** What the Contact headers of one REGISTER say. */
public sealed interface Contacts {
  /** A REGISTER without Contact: a query. */
  Contacts NONE = new Listed(List.of());

  /** More contacts than this in one request are refused. */
  int MAX_CONTACTS = 32;

  /**
   * Reads the values of all Contact headers, in order; each may be a comma-separated list. Never
   * throws.
   */
  static Contacts parse(List<String> headerValues) {
    return ContactReader.read(headerValues);
  }

  /** {@code Contact: *}. */
  record Wildcard() implements Contacts {}

  /** Any number of contacts, in order; none in a query. */
  record Listed(List<ContactSpec> contacts) implements Contacts {
    public Listed {
      contacts = List.copyOf(contacts);
    }
  }

  /** Not to be understood. */
  record Malformed(String reason) implements Contacts {}
}
