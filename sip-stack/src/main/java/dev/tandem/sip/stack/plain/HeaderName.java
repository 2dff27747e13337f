package dev.tandem.sip.stack.plain;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The headers that are read here, or shared, by their names and compact forms. */
enum HeaderName {
  VIA("Via", 'v'),
  FROM("From", 'f'),
  TO("To", 't'),
  CALL_ID("Call-ID", 'i'),
  CSEQ("CSeq"),
  MAX_FORWARDS("Max-Forwards"),
  CONTENT_LENGTH("Content-Length", 'l'),
  EXPIRES("Expires"),
  RSEQ("RSeq"),
  RACK("RAck"),
  CONTACT("Contact", 'm'),
  ROUTE("Route"),
  RECORD_ROUTE("Record-Route"),
  AUTHORIZATION("Authorization"),
  PROXY_AUTHORIZATION("Proxy-Authorization"),
  ACCEPT("Accept"),
  ALLOW("Allow"),
  ALLOW_EVENTS("Allow-Events", 'u'),
  CONTENT_TYPE("Content-Type", 'c'),
  EVENT("Event", 'o'),
  MIN_SE("Min-SE"),
  PRIVACY("Privacy"),
  REQUIRE("Require"),
  SERVER("Server"),
  SESSION_EXPIRES("Session-Expires", 'x'),
  SUPPORTED("Supported", 'k'),
  USER_AGENT("User-Agent");

  private static final char NONE = '\0';
  private static final int PLACES = 128;
  private static final @Nullable HeaderName[] table = new HeaderName[PLACES];
  private static final @Nullable HeaderName[] byCompact = new HeaderName[128];

  static {
    for (HeaderName header : values()) {
      int place = place(header.lower, 0, header.lower.length);
      while (table[place] != null) {
        place = (place + 1) % PLACES;
      }
      table[place] = header;
      byCompact[header.compact] = header;
    }
    byCompact[NONE] = null;
  }

  private final char compact;

  @SuppressWarnings("ImmutableEnumChecker") // nobody writes to it
  private final byte[] lower;

  private final String lowerName;

  HeaderName(String name) {
    this(name, NONE);
  }

  HeaderName(String name, char compact) {
    this.compact = compact;
    this.lowerName = name.toLowerCase(Locale.ROOT).intern();
    this.lower = lowerName.getBytes(StandardCharsets.US_ASCII);
  }

  /** Under which JAIN-SIP keeps it in a message. */
  String lowerName() {
    return lowerName;
  }

  /** Whose name stands from {@code from} to {@code to}, in any case; null for others. */
  static @Nullable HeaderName at(byte[] bytes, int from, int to) {
    if (to - from == 1) {
      int c = lower(bytes[from]);
      return c > 0 ? byCompact[c] : null;
    }
    if (to == from) {
      return null;
    }
    int place = place(bytes, from, to);
    HeaderName found = table[place];
    while (found != null && !found.isAt(bytes, from, to)) {
      place = (place + 1) % PLACES;
      found = table[place];
    }
    return found;
  }

  private static int place(byte[] bytes, int from, int to) {
    int first = lower(bytes[from]);
    int last = lower(bytes[to - 1]);
    return (31 * (to - from) + 7 * first + last) & (PLACES - 1);
  }

  private boolean isAt(byte[] bytes, int from, int to) {
    if (to - from != lower.length) {
      return false;
    }
    for (int i = 0; i < lower.length; i++) {
      if (lower(bytes[from + i]) != lower[i]) {
        return false;
      }
    }
    return true;
  }

  private static int lower(byte b) {
    return b >= 'A' && b <= 'Z' ? b + ('a' - 'A') : b;
  }
}
