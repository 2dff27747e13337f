package dev.tandem.gateway.sdp;

import dev.tandem.gateway.sdp.SdpText.Section;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The payload types of an RTP medium, and the codecs that they stand for (RFC 8866 §5.14). */
final class Formats {
  static final String DTMF = "telephone-event";

  private static final String RETRANSMISSION = "rtx";
  private static final Set<String> NOT_A_CODEC =
      Set.of(DTMF, "cn", "red", "ulpfec", RETRANSMISSION);
  private static final Set<String> BY_FORMAT = Set.of("rtpmap", "fmtp", "rtcp-fb");

  /** Types that need no rtpmap (RFC 3551 §6), as far as they are alive. */
  private static final Map<String, String> STATIC =
      Map.of(
          "0", "pcmu", "3", "gsm", "4", "g723", "8", "pcma", "9", "g722", "13", "cn", "18", "g729",
          "26", "jpeg", "31", "h261", "34", "h263");

  private static final String USUAL_CLOCK = "8000";

  private final Section section;
  private final List<String> types;
  private final Map<String, String> codecs = new HashMap<>(STATIC);
  private final Map<String, String> repeats = new HashMap<>();
  private final Map<String, String> clocks = new HashMap<>();

  private Formats(Section section) {
    this.section = section;
    List<String> words = words(section);
    this.types = words.subList(3, words.size());
    for (String line : section.lines()) {
      String type = type(line);
      if (type == null) {
        continue;
      }
      String rest = line.substring(line.indexOf(' ') + 1).strip();
      if (line.startsWith("a=rtpmap:")) {
        String[] parts = rest.split("/", 3);
        codecs.put(type, parts[0].toLowerCase(Locale.ROOT));
        clocks.put(type, parts.length < 2 ? USUAL_CLOCK : parts[1]);
      } else if (line.startsWith("a=fmtp:") && rest.startsWith("apt=")) {
        repeats.put(type, rest.substring(4).split("[; ]", 2)[0]);
      }
    }
  }

  /** Whether a medium has payload types at all. */
  static boolean areIn(Section section) {
    List<String> words = words(section);
    return words.size() > 3 && words.get(2).contains("RTP/");
  }

  static Formats of(Section section) {
    return new Formats(section);
  }

  /** The types of these codecs in that order, with what goes along; none when it would be alone. */
  List<String> preferred(List<String> names) {
    Set<String> kept = new LinkedHashSet<>();
    for (String name : names) {
      types.stream().filter(type -> name.equals(codecs.get(type))).forEach(kept::add);
    }
    if (kept.stream().allMatch(type -> NOT_A_CODEC.contains(codecs.getOrDefault(type, "")))) {
      return List.of();
    }
    for (String type : types) {
      String codec = codecs.get(type);
      String repeated = repeats.get(type);
      if (DTMF.equals(codec)
          || (RETRANSMISSION.equals(codec) && repeated != null && kept.contains(repeated))) {
        kept.add(type);
      }
    }
    return List.copyOf(kept);
  }

  /** The types of a codec with that clock, in Hz. */
  List<String> of(String codec, String clock) {
    return types.stream()
        .filter(type -> codec.equals(codecs.get(type)) && clock.equals(clock(type)))
        .toList();
  }

  boolean has(String codec) {
    return types.stream().anyMatch(type -> codec.equals(codecs.get(type)));
  }

  /** The clock of the codec that comes first, in Hz. */
  String clock() {
    return types.isEmpty() ? USUAL_CLOCK : clock(types.get(0));
  }

  private String clock(String type) {
    return clocks.getOrDefault(type, USUAL_CLOCK);
  }

  /** A dynamic type (RFC 3551 §3) that means nothing here yet; null when there is none. */
  @Nullable String unused(int first) {
    return IntStream.concat(IntStream.of(first), IntStream.rangeClosed(96, 127))
        .mapToObj(Integer::toString)
        .filter(type -> !types.contains(type) && !codecs.containsKey(type))
        .findFirst()
        .orElse(null);
  }

  /** The medium without a codec; as it is, when there is no other. */
  Section without(String codec) {
    List<String> kept = types.stream().filter(type -> !codec.equals(codecs.get(type))).toList();
    return kept.isEmpty() ? section : only(kept);
  }

  /** The medium with another type, which comes last. */
  Section with(String type, String codec, String clock, String parameters) {
    List<String> lines = new ArrayList<>(section.lines());
    String first = lines.get(0);
    String end = first.substring(first.stripTrailing().length());
    String last = lines.get(lines.size() - 1);
    lines.set(lines.size() - 1, last.stripTrailing() + end); // the last may have no end of its own
    lines.set(0, first.stripTrailing() + " " + type + end);
    lines.add("a=rtpmap:" + type + " " + codec + "/" + clock + end);
    lines.add("a=fmtp:" + type + " " + parameters + end);
    return new Section(lines);
  }

  /** The medium with these types alone, in this order. */
  Section only(List<String> kept) {
    if (kept.equals(types)) {
      return section;
    }
    List<String> lines = new ArrayList<>(section.lines().size());
    String first = section.lines().get(0);
    String end = first.substring(first.stripTrailing().length());
    lines.add(String.join(" ", words(section).subList(0, 3)) + " " + String.join(" ", kept) + end);
    for (String line : section.lines().subList(1, section.lines().size())) {
      String type = type(line);
      if (type == null || type.equals("*") || kept.contains(type)) {
        lines.add(line);
      }
    }
    return new Section(lines);
  }

  private static List<String> words(Section section) {
    return Arrays.asList(section.lines().get(0).strip().split(" +", -1));
  }

  /** The payload type that an attribute is about; null when it is about none. */
  private static @Nullable String type(String line) {
    int colon = line.indexOf(':');
    if (!line.startsWith("a=") || colon < 0 || !BY_FORMAT.contains(line.substring(2, colon))) {
      return null;
    }
    int space = line.indexOf(' ', colon);
    return space < 0 ? null : line.substring(colon + 1, space);
  }
}
