package dev.tandem.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Draws a ladder as text: the gateway second from the left, an arrow per message. */
final class LadderDrawing {
  private static final int WIDTH = 26;
  private static final String MARGIN = " ".repeat(12);

  /**
   * One line of the drawing.
   *
   * @param phone whose column it belongs to
   * @param note it is a remark and no message
   * @param sent towards the gateway
   */
  record Event(long nanos, String phone, boolean note, boolean sent, String label) {}

  private final List<String> columns;

  private LadderDrawing(List<String> phones) {
    columns = new ArrayList<>(phones);
    columns.remove("gateway");
    columns.add(Math.min(1, columns.size()), "gateway");
  }

  static String draw(List<String> phones, List<Event> events) {
    LadderDrawing drawing = new LadderDrawing(phones);
    StringBuilder text = new StringBuilder(drawing.head());
    events.forEach(event -> text.append(drawing.line(event)).append('\n'));
    return text.toString();
  }

  private String head() {
    StringBuilder line = new StringBuilder("     ms" + MARGIN.substring(7));
    columns.forEach(
        name -> {
          String shown = name.length() > WIDTH - 2 ? name.substring(0, WIDTH - 2) : name;
          line.append(shown).append(" ".repeat(WIDTH - shown.length()));
        });
    return line.toString().stripTrailing() + "\n";
  }

  private String line(Event event) {
    StringBuilder line = new StringBuilder();
    line.append(String.format(Locale.ROOT, "%9.1f   ", event.nanos / 1e6));
    for (int i = 0; i < columns.size(); i++) {
      line.append('|').append(" ".repeat(WIDTH - 1));
    }
    int own = MARGIN.length() + columns.indexOf(event.phone) * WIDTH;
    int gateway = MARGIN.length() + columns.indexOf("gateway") * WIDTH;
    if (event.note) {
      line.setLength(own);
      return line + "* " + event.label;
    }
    int left = Math.min(own, gateway);
    int right = Math.max(own, gateway);
    boolean rightwards = event.sent == own < gateway;
    for (int i = left + 1; i < right; i++) {
      line.setCharAt(i, '-');
    }
    line.setCharAt(rightwards ? right - 1 : left + 1, rightwards ? '>' : '<');
    String label = " " + event.label + " ";
    // Next to the phone's own column, so that the label is not taken for that of one between.
    int start = own < gateway ? left + 3 : Math.max(left + 3, right - WIDTH + 3);
    line.replace(start, Math.min(start + label.length(), line.length()), label);
    return line.toString().stripTrailing();
  }
}
