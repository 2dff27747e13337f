package dev.tandem.testkit;

import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;

/** Session descriptions as the clients write them. */
public final class Sdp {
  private Sdp() {}

  /** An audio offer or answer like Chrome's, different each time. */
  public static String browser() {
    String fingerprint =
        ThreadLocalRandom.current()
            .ints(32, 0, 256)
            .mapToObj(b -> String.format(Locale.ROOT, "%02X", b))
            .reduce((a, b) -> a + ":" + b)
            .orElseThrow();
    return """
        v=0
        o=- %s 2 IN IP4 127.0.0.1
        s=-
        t=0 0
        a=group:BUNDLE 0
        a=extmap-allow-mixed
        a=msid-semantic: WMS %s
        m=audio 50102 UDP/TLS/RTP/SAVPF 111 63 9 0 8 13 110 126
        c=IN IP4 192.0.2.7
        a=rtcp:9 IN IP4 0.0.0.0
        a=candidate:2187 1 udp 2122260223 192.0.2.7 50102 typ host generation 0 network-id 1
        a=ice-ufrag:%s
        a=ice-pwd:%s
        a=ice-options:trickle
        a=fingerprint:sha-256 %s
        a=setup:actpass
        a=mid:0
        a=sendrecv
        a=rtcp-mux
        a=rtpmap:111 opus/48000/2
        a=fmtp:111 minptime=10;useinbandfec=1
        a=rtpmap:126 telephone-event/8000
        a=ssrc:%s cname:%s
        """
        .replace("\n", "\r\n")
        .formatted(
            number(),
            SipText.token(36),
            SipText.token(4),
            SipText.token(24),
            fingerprint,
            number(),
            SipText.token(16));
  }

  /** Plain RTP, as a PBX or hard phone writes it. */
  public static String rtp() {
    return """
        v=0
        o=pbx %s 1 IN IP4 127.0.0.1
        s=call
        c=IN IP4 127.0.0.1
        t=0 0
        m=audio 20100 RTP/AVP 8 0 101
        a=rtpmap:8 PCMA/8000
        a=rtpmap:0 PCMU/8000
        a=rtpmap:101 telephone-event/8000
        a=ptime:20
        a=sendrecv
        """
        .replace("\n", "\r\n")
        .formatted(number());
  }

  /** The same session with another direction: sendonly to hold, sendrecv to resume. */
  public static String directed(String sdp, String direction) {
    return sdp.replaceFirst(
        "a=(sendrecv|sendonly|recvonly|inactive)\r\n", "a=" + direction + "\r\n");
  }

  private static String number() {
    return Integer.toString(ThreadLocalRandom.current().nextInt(100_000_000, 1_000_000_000));
  }
}
