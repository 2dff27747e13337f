package dev.tandem.gateway.sdp;

import dev.tandem.gateway.sdp.SdpText.Section;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Telephone events (RFC 4733) in the media of a peer that hears of keys by INFO: it is told of none
 * in descriptions, and a relay is told that it has them, so that the other side may send events for
 * the relay to read. Pure.
 */
public final class HiddenEvents {
  private static final String KEYS = "0-15";
  private static final int USUAL_TYPE = 101;

  private HiddenEvents() {}

  /** What the peer is told. */
  public static SdpText without(SdpText sdp) {
    return each(sdp, section -> Formats.of(section).without(Formats.DTMF));
  }

  /** What the relay is told of an offer of the peer's. */
  public static SdpText inOffer(SdpText offer) {
    return each(
        offer,
        section -> {
          Formats formats = Formats.of(section);
          String type = formats.unused(USUAL_TYPE);
          return formats.has(Formats.DTMF) || type == null || !isAudio(section)
              ? section
              : formats.with(type, Formats.DTMF, formats.clock(), KEYS);
        });
  }

  /**
   * What the relay is told of an answer of the peer's.
   *
   * @param offer of the relay's, before {@link #without}
   */
  public static SdpText inAnswer(SdpText answer, SdpText offer) {
    List<Section> sections = new ArrayList<>(answer.media());
    for (int i = 0; i < sections.size() && i < offer.media().size(); i++) {
      Section said = sections.get(i);
      Section offered = offer.media().get(i);
      if (hasFormats(said) && Formats.areIn(offered)) {
        Formats formats = Formats.of(said);
        List<String> types = Formats.of(offered).of(Formats.DTMF, formats.clock());
        if (!types.isEmpty() && !formats.has(Formats.DTMF)) {
          sections.set(i, formats.with(types.get(0), Formats.DTMF, formats.clock(), KEYS));
        }
      }
    }
    return answer.with(sections);
  }

  private static SdpText each(SdpText sdp, UnaryOperator<Section> change) {
    return sdp.with(
        sdp.media().stream()
            .map(section -> hasFormats(section) ? change.apply(section) : section)
            .toList());
  }

  private static boolean hasFormats(Section section) {
    return !section.isRefused() && Formats.areIn(section);
  }

  private static boolean isAudio(Section section) {
    return section.type().equals("audio");
  }
}
