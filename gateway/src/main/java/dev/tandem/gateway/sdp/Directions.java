package dev.tandem.gateway.sdp;

import dev.tandem.gateway.sdp.SdpText.Section;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

/** Holding by session descriptions: which way media may go (RFC 3264 §8.4). */
public final class Directions {
  private static final Set<String> ALL = Set.of("sendrecv", "sendonly", "recvonly", "inactive");

  private Directions() {}

  private static SdpText parse(String sdp) {
    return SdpText.parse(sdp.getBytes(StandardCharsets.UTF_8));
  }

  private static String text(SdpText sdp) {
    return new String(sdp.bytes(), StandardCharsets.UTF_8);
  }

  /** The same session with all media going this way, as its next version. */
  public static String directed(String sdp, String direction) {
    return nextVersion(with(parse(sdp), lines -> replaced(lines, direction)));
  }

  /** A later version of the same session as an offer: who it is towards DTLS is open again. */
  public static String asOffer(String sdp) {
    return nextVersion(
        with(
            parse(sdp),
            lines ->
                lines.stream()
                    .map(line -> line.startsWith("a=setup:") ? "a=setup:actpass" + end(line) : line)
                    .toList()));
  }

  /** Our last description as an answer to an offer that changes nothing but directions. */
  public static String answering(String ours, String offer) {
    SdpText offered = parse(offer);
    SdpText mine = parse(ours).asAnswer();
    List<Section> sections = new ArrayList<>();
    for (int i = 0; i < mine.media().size(); i++) {
      String theirs = i < offered.media().size() ? direction(offered.media().get(i)) : "inactive";
      sections.add(new Section(replaced(mine.media().get(i).lines(), turned(theirs))));
    }
    return nextVersion(mine.with(sections));
  }

  /** Whether the one who describes the session so does not want to hear us. */
  public static boolean holds(String sdp) {
    SdpText text = parse(sdp);
    return !text.media().isEmpty()
        && text.media().stream()
            .allMatch(
                section ->
                    section.isRefused()
                        || direction(section).equals("sendonly")
                        || direction(section).equals("inactive"));
  }

  /** Whether two descriptions are of the same connection: same media, ICE and fingerprint. */
  public static boolean isSameConnection(String one, String other) {
    return keys(one).equals(keys(other));
  }

  private static List<String> keys(String sdp) {
    List<String> keys = new ArrayList<>();
    for (String line : sdp.split("\r?\n", -1)) {
      if (line.startsWith("m=")) {
        keys.add(line.substring(0, Math.max(2, line.indexOf(' '))));
      } else if (line.startsWith("a=ice-ufrag:")
          || line.startsWith("a=ice-pwd:")
          || line.startsWith("a=fingerprint:")) {
        keys.add(line);
      }
    }
    return keys;
  }

  private static String turned(String direction) {
    return switch (direction) {
      case "sendonly" -> "recvonly";
      case "recvonly" -> "sendonly";
      default -> direction;
    };
  }

  private static String direction(Section section) {
    for (String line : section.lines()) {
      String word = line.startsWith("a=") ? line.substring(2).strip() : "";
      if (ALL.contains(word)) {
        return word;
      }
    }
    return "sendrecv";
  }

  private static SdpText with(SdpText sdp, UnaryOperator<List<String>> change) {
    return sdp.with(
        sdp.media().stream().map(each -> new Section(change.apply(each.lines()))).toList());
  }

  private static List<String> replaced(List<String> lines, String direction) {
    List<String> changed = new ArrayList<>();
    for (String line : lines) {
      if (!line.startsWith("a=") || !ALL.contains(line.substring(2).strip())) {
        changed.add(line);
      }
    }
    changed.add("a=" + direction + end(lines.get(0)));
    return changed;
  }

  private static String end(String line) {
    return line.endsWith("\r\n") ? "\r\n" : "\n";
  }

  private static String nextVersion(SdpText sdp) {
    SdpText.Origin origin = sdp.origin();
    return text(origin == null ? sdp : sdp.as(origin, origin.version() + 1));
  }
}
