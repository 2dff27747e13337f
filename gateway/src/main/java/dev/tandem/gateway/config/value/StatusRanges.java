package dev.tandem.gateway.config.value;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Statuses of final responses. */
public record StatusRanges(List<Range> ranges) {
  private static final Pattern WRITTEN =
      Pattern.compile("([2-6])xx|([2-6]\\d\\d)(?:-([2-6]\\d\\d))?");

  /** Both ends count. */
  public record Range(int first, int last) {
    public static Range parse(String text) {
      Matcher matcher = WRITTEN.matcher(text);
      if (matcher.matches()) {
        if (matcher.group(1) != null) {
          int hundreds = 100 * Integer.parseInt(matcher.group(1));
          return new Range(hundreds, hundreds + 99);
        }
        int first = Integer.parseInt(matcher.group(2));
        int last = matcher.group(3) == null ? first : Integer.parseInt(matcher.group(3));
        if (first <= last) {
          return new Range(first, last);
        }
      }
      throw new IllegalArgumentException("a status, 2xx, or a range such as 200-499");
    }
  }

  public StatusRanges {
    ranges = List.copyOf(ranges);
  }

  public boolean contains(int status) {
    return ranges.stream().anyMatch(range -> status >= range.first() && status <= range.last());
  }
}
