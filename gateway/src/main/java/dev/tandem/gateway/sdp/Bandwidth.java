package dev.tandem.gateway.sdp;

import dev.tandem.gateway.sdp.SdpText.Section;
import java.util.ArrayList;
import java.util.List;

/** The bandwidth lines of a medium: b=AS in kbit/s, b=TIAS in bit/s (RFC 8866 §5.8, RFC 3890). */
final class Bandwidth {
  private Bandwidth() {}

  /** The same medium, which asks for no more than the limit. */
  static Section limited(Section section, int kilobits) {
    List<String> lines = new ArrayList<>(section.lines().size() + 1);
    boolean told = false;
    for (String line : section.lines()) {
      if (line.startsWith("b=AS:")) {
        if (value(line) > kilobits) {
          continue;
        }
        told = true;
      } else if (line.startsWith("b=TIAS:") && value(line) > kilobits * 1000L) {
        continue;
      }
      lines.add(line);
    }
    if (!told) {
      lines.add(placeFor(lines), "b=AS:" + kilobits + "\r\n");
    }
    return lines.equals(section.lines()) ? section : new Section(lines);
  }

  /** Unreadable ones count as boundless, and are taken out. */
  private static long value(String line) {
    try {
      return Long.parseLong(line.substring(line.indexOf(':') + 1).strip());
    } catch (NumberFormatException e) {
      return Long.MAX_VALUE;
    }
  }

  /** After m=, i= and c= (RFC 8866 §5). */
  private static int placeFor(List<String> lines) {
    int place = 1;
    while (place < lines.size() && "ic".indexOf(lines.get(place).charAt(0)) >= 0) {
      place++;
    }
    return place;
  }
}
