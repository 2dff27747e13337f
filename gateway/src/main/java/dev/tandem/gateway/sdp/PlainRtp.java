package dev.tandem.gateway.sdp;

import dev.tandem.gateway.sdp.SdpText.Section;
import java.util.List;

/**
 * Takes out of a description what only a browser understands, when a relay has made plain RTP of
 * it: header extensions, feedback and the names of browser tracks. A PBX ignores them at best, and
 * they make an INVITE too large for one datagram (RFC 3261 §18.1.1). Pure.
 */
public final class PlainRtp {
  private static final List<String> OF_BROWSERS =
      List.of(
          "a=extmap",
          "a=msid",
          "a=ssrc",
          "a=rtcp-fb:",
          "a=rtcp-rsize",
          "a=mid:",
          "a=group:",
          "a=ice-options:");

  private PlainRtp() {}

  public static SdpText of(SdpText sdp) {
    return new SdpText(
        without(sdp.session()),
        sdp.media().stream().map(section -> new Section(without(section.lines()))).toList());
  }

  private static List<String> without(List<String> lines) {
    return lines.stream().filter(line -> OF_BROWSERS.stream().noneMatch(line::startsWith)).toList();
  }
}
