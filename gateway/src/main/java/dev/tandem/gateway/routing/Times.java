package dev.tandem.gateway.routing;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Times in explanations. */
final class Times {
  private static final DateTimeFormatter WORDS =
      DateTimeFormatter.ofPattern("EEE uuuu-MM-dd HH:mm 'in' VV", Locale.ROOT);

  private Times() {}

  static String told(Instant instant, ZoneId zone) {
    return WORDS.format(instant.atZone(zone)).replace(" in Z", " in UTC");
  }
}
