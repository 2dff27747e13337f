package dev.tandem.gateway.config.value;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An amount of memory, written as {@code 500}, {@code 64KiB} or {@code 1MiB}. */
public record ByteSize(int bytes) {
  private static final Pattern WRITTEN = Pattern.compile("(\\d{1,10})\\s?(B|KiB|MiB)?");

  public static ByteSize parse(String text) {
    Matcher matcher = WRITTEN.matcher(text);
    if (matcher.matches()) {
      String unit = matcher.group(2);
      long scale = "KiB".equals(unit) ? 1024 : "MiB".equals(unit) ? 1024 * 1024 : 1;
      long bytes = Long.parseLong(matcher.group(1)) * scale;
      if (bytes > 0 && bytes <= Integer.MAX_VALUE) {
        return new ByteSize((int) bytes);
      }
    }
    throw new IllegalArgumentException("a size below 2048MiB such as 500, 64KiB or 1MiB");
  }

  @Override
  public String toString() {
    return bytes % (1024 * 1024) == 0
        ? bytes / (1024 * 1024) + "MiB"
        : bytes % 1024 == 0 ? bytes / 1024 + "KiB" : bytes + "B";
  }
}
