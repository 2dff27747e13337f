package dev.tandem.gateway.sdp;

import dev.tandem.gateway.sdp.SdpText.Section;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which media and codecs cross to a peer, in what order, and how much of the line they may take.
 * The same rules hold for what the peer is told and for what it says, for offers and for answers: a
 * codec that neither side hears of is never agreed on. A medium that may not cross keeps its place
 * with port 0 (RFC 3264 §6), so answers fit their offers. What no rule names stays byte for byte.
 * Immutable.
 *
 * @param media types such as {@code audio}; empty for all
 * @param codecs encoding names in the order of preference; empty for all, as they come. DTMF
 *     (telephone-event) is always kept, and retransmission (rtx) with what it repeats
 * @param bandwidth the most that a medium of a type may take, in kbit/s (b=AS)
 */
public record MediaPolicy(Set<String> media, List<String> codecs, Map<String, Integer> bandwidth) {

  /** Everything crosses as it is. */
  public static final MediaPolicy ALL = new MediaPolicy(Set.of(), List.of(), Map.of());

  public MediaPolicy {
    media = Set.copyOf(media);
    codecs = codecs.stream().map(codec -> codec.toLowerCase(Locale.ROOT)).toList();
    bandwidth = Map.copyOf(bandwidth);
  }

  /** Whether everything crosses as it is. */
  public boolean isOpen() {
    return media.isEmpty() && codecs.isEmpty() && bandwidth.isEmpty();
  }

  /** A description under this policy; the same object where it changes nothing. */
  public SdpText apply(SdpText sdp) {
    if (isOpen()) {
      return sdp;
    }
    List<Section> sections = new ArrayList<>(sdp.media().size());
    Set<String> gone = new TreeSet<>();
    for (Section section : sdp.media()) {
      Section shown = shown(section);
      String mid = section.mid();
      if (mid != null && shown.isRefused() && !section.isRefused()) {
        gone.add(mid);
      }
      sections.add(shown);
    }
    return sections.equals(sdp.media())
        ? sdp
        : new SdpText(gone.isEmpty() ? sdp.session() : ungrouped(sdp.session(), gone), sections);
  }

  /** Whether it takes away every medium that a description has. */
  public boolean leavesNothingOf(SdpText sdp) {
    return sdp.media().stream().anyMatch(section -> !section.isRefused())
        && apply(sdp).media().stream().allMatch(Section::isRefused);
  }

  private Section shown(Section section) {
    if (section.isRefused()) {
      return section;
    }
    if (!media.isEmpty() && !media.contains(section.type())) {
      return section.refused(section.mid());
    }
    Section chosen = section;
    if (!codecs.isEmpty() && Formats.areIn(section)) {
      Formats formats = Formats.of(section);
      List<String> kept = formats.preferred(codecs);
      if (kept.isEmpty()) {
        return section.refused(section.mid());
      }
      chosen = formats.only(kept);
    }
    Integer limit = bandwidth.get(section.type());
    return limit == null ? chosen : Bandwidth.limited(chosen, limit);
  }

  /** A medium that is refused is in no group (RFC 8843 §7.2.3, RFC 5888 §9.2). */
  private static List<String> ungrouped(List<String> session, Set<String> gone) {
    List<String> lines = new ArrayList<>(session.size());
    for (String line : session) {
      if (line.startsWith("a=group:")) {
        String text = line.strip();
        List<String> words = new ArrayList<>(List.of(text.split(" +", -1)));
        words.removeIf(gone::contains);
        if (words.size() > 1) {
          lines.add(String.join(" ", words) + line.substring(text.length()));
        }
      } else {
        lines.add(line);
      }
    }
    return lines;
  }
}
