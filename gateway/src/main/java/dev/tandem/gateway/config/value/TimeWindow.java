package dev.tandem.gateway.config.value;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A time that comes every week.
 *
 * @param days on which its hours begin
 * @param hours of these days; empty for the whole day
 */
public record TimeWindow(Set<DayOfWeek> days, List<Hours> hours, ZoneId zone) {
  private static final List<String> NAMES =
      List.of("mon", "tue", "wed", "thu", "fri", "sat", "sun");
  private static final Pattern DAYS = Pattern.compile("([a-z]{3})(?:-([a-z]{3}))?");
  private static final Pattern HOURS =
      Pattern.compile("([01]\\d|2[0-3]):([0-5]\\d)-(?:([01]\\d|2[0-3]):([0-5]\\d)|24:00)");

  /**
   * From one time to before another; past midnight when that is earlier.
   *
   * @param to midnight means the end of the day
   */
  public record Hours(LocalTime from, LocalTime to) {
    private boolean wraps() {
      return !to.equals(LocalTime.MIDNIGHT) && !to.isAfter(from);
    }

    private boolean holdsSameDay(LocalTime time) {
      return !time.isBefore(from)
          && (wraps() || to.equals(LocalTime.MIDNIGHT) || time.isBefore(to));
    }

    private boolean holdsNextDay(LocalTime time) {
      return wraps() && time.isBefore(to);
    }

    public static Hours parse(String text) {
      Matcher matcher = HOURS.matcher(text);
      if (!matcher.matches()) {
        throw new IllegalArgumentException("hours such as 08:00-18:00 or 22:00-06:00");
      }
      LocalTime from = LocalTime.parse(matcher.group(1) + ":" + matcher.group(2));
      LocalTime to =
          matcher.group(3) == null
              ? LocalTime.MIDNIGHT
              : LocalTime.parse(matcher.group(3) + ":" + matcher.group(4));
      return new Hours(from, to);
    }

    @Override
    public String toString() {
      return from + "-" + (to.equals(LocalTime.MIDNIGHT) ? "24:00" : to);
    }
  }

  public TimeWindow {
    days = Set.copyOf(days);
    hours = List.copyOf(hours);
  }

  public boolean contains(Instant instant) {
    ZonedDateTime there = instant.atZone(zone);
    LocalTime time = there.toLocalTime();
    boolean today = days.contains(there.getDayOfWeek());
    if (hours.isEmpty()) {
      return today;
    }
    boolean yesterday = days.contains(there.getDayOfWeek().minus(1));
    for (Hours window : hours) {
      if ((today && window.holdsSameDay(time)) || (yesterday && window.holdsNextDay(time))) {
        return true;
      }
    }
    return false;
  }

  /** {@code mon} or {@code mon-fri}; may go round the end of the week. */
  public static Set<DayOfWeek> days(String text) {
    Matcher matcher = DAYS.matcher(text.toLowerCase(Locale.ROOT));
    int first = matcher.matches() ? NAMES.indexOf(matcher.group(1)) : -1;
    int last = first < 0 || matcher.group(2) == null ? first : NAMES.indexOf(matcher.group(2));
    if (first < 0 || last < 0) {
      throw new IllegalArgumentException("days such as mon, mon-fri or sat-sun");
    }
    Set<DayOfWeek> days = EnumSet.noneOf(DayOfWeek.class);
    for (int day = first; ; day = (day + 1) % 7) {
      days.add(DayOfWeek.of(day + 1));
      if (day == last) {
        return days;
      }
    }
  }

  public static ZoneId zone(String text) {
    try {
      return ZoneId.of(text);
    } catch (java.time.DateTimeException e) {
      throw new IllegalArgumentException("a time zone such as Europe/Berlin or UTC", e);
    }
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (DayOfWeek day : DayOfWeek.values()) {
      if (days.contains(day)) {
        text.append(text.isEmpty() ? "" : ",").append(NAMES.get(day.getValue() - 1));
      }
    }
    hours.forEach(window -> text.append(' ').append(window));
    return text.append(" in ").append(zone).toString();
  }
}
