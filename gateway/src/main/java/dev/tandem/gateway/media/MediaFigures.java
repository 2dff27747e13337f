package dev.tandem.gateway.media;

import java.util.Locale;

/**
 * What went through the relay in one call, as the relay tells at the end.
 *
 * @param fromCaller RTP packets that came from the caller
 * @param fromCallee the same of the callee
 * @param lost packets that receivers missed, as far as they said so
 * @param jitter the larger of what receivers report on average (RFC 3550 §6.4.1), in ms
 * @param mos the lower of the two mean opinion scores, 1 to 5; 0 when there is none
 */
public record MediaFigures(long fromCaller, long fromCallee, long lost, long jitter, double mos) {
  private static final double TENTHS = 10;

  /** Out of the answer to {@code query} or {@code delete}. */
  static MediaFigures of(NgReply reply, String callerTag, String calleeTag) {
    NgReply tags = reply.at("tags");
    long lost = 0;
    long jitter = 0;
    double worst = 0;
    for (NgReply source : reply.at("SSRC").all()) {
      NgReply average = source.at("average MOS");
      lost += source.number("packets lost");
      jitter = Math.max(jitter, average.number("jitter"));
      double mos = average.number("MOS") / TENTHS;
      if (mos > 0 && (worst == 0 || mos < worst)) {
        worst = mos;
      }
    }
    return new MediaFigures(
        packets(tags.at(callerTag)), packets(tags.at(calleeTag)), lost, jitter, worst);
  }

  private static long packets(NgReply tag) {
    long packets = 0;
    for (Object media : tag.list("medias")) {
      for (Object stream : NgReply.of(media).list("streams")) {
        NgReply one = NgReply.of(stream);
        if (one.list("flags").contains("RTP")) {
          packets += one.at("stats").number("packets");
        }
      }
    }
    return packets;
  }

  /** Of both. */
  long packets() {
    return fromCaller + fromCallee;
  }

  /** For the log. */
  @Override
  public String toString() {
    String heard =
        "%d packets from the caller, %d from the callee, %d lost"
            .formatted(fromCaller, fromCallee, lost);
    return mos == 0
        ? heard
        : heard + String.format(Locale.ROOT, ", jitter %d ms, MOS %.1f", jitter, mos);
  }
}
