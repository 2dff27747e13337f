package dev.tandem.gateway.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MediaFiguresTest {
  private static Map<String, Object> tag(long packets, long control) {
    return Map.of(
        "medias",
        List.of(
            Map.of(
                "streams",
                List.of(
                    Map.of("flags", List.of("RTP"), "stats", Map.of("packets", packets)),
                    Map.of("flags", List.of("RTCP"), "stats", Map.of("packets", control))))));
  }

  private static Map<String, Object> source(long lost, long jitter, long mos) {
    return Map.of("packets lost", lost, "average MOS", Map.of("MOS", mos, "jitter", jitter));
  }

  @Test
  void theWorseOfBothSidesCountsAndControlPacketsDoNot() {
    NgReply reply =
        new NgReply(
            Map.of(
                "tags",
                Map.of("caller", tag(500, 9), "callee", tag(498, 7)),
                "SSRC",
                Map.of("1", source(2, 3, 43), "2", source(1, 20, 38))));
    MediaFigures figures = MediaFigures.of(reply, "caller", "callee");
    assertThat(figures).isEqualTo(new MediaFigures(500, 498, 3, 20, 3.8));
    assertThat(figures)
        .hasToString(
            "500 packets from the caller, 498 from the callee, 3 lost, jitter 20 ms, MOS 3.8");
  }

  @Test
  void whoReportedNothingHasNoMark() {
    MediaFigures figures = MediaFigures.of(new NgReply(Map.of()), "caller", "callee");
    assertThat(figures).hasToString("0 packets from the caller, 0 from the callee, 0 lost");
  }
}
