package dev.tandem.gateway.media;

import dev.tandem.gateway.sdp.PeerMedia;
import dev.tandem.gateway.sdp.PeerMedia.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What an rtpengine is to make of a description for whoever hears it. The names and their values
 * are those of the NG protocol.
 */
final class NgFlags {
  /** SRTP that protects nothing (RFC 3711 §4.1.3), and what hardly anybody has: offers are long. */
  private static final List<String> NOT_OFFERED =
      List.of(
          "no-NULL_HMAC_SHA1_80",
          "no-NULL_HMAC_SHA1_32",
          "no-F8_128_HMAC_SHA1_80",
          "no-F8_128_HMAC_SHA1_32",
          "no-AES_192_CM_HMAC_SHA1_80",
          "no-AES_192_CM_HMAC_SHA1_32",
          "no-AES_256_CM_HMAC_SHA1_80",
          "no-AES_256_CM_HMAC_SHA1_32");

  private NgFlags() {}

  /**
   * For an offer of somebody's, as {@code hears} is to see it.
   *
   * @param keys whether keys will be pressed by {@code play DTMF}
   */
  static Map<String, Object> offer(PeerMedia says, PeerMedia hears, boolean keys) {
    Map<String, Object> flags = towards(says, hears, keys);
    if (says.network() != null || hears.network() != null) {
      flags.put("direction", List.of(network(says), network(hears)));
    }
    if (hears.kind() == Kind.WEBRTC) {
      flags.put("rtcp-mux", List.of("offer", "require"));
      flags.put("DTLS", "passive"); // offered as actpass
    }
    if (!hears.strip().isEmpty() || !hears.transcode().isEmpty()) {
      flags.put("codec", Map.of("strip", hears.strip(), "transcode", hears.transcode()));
    }
    return flags;
  }

  /**
   * For an answer of somebody's, as {@code hears}, who made the offer, is to see it.
   *
   * @param active whether the relay begins the DTLS handshake with {@code hears}
   * @param keys as in {@link #offer}
   */
  static Map<String, Object> answer(PeerMedia says, PeerMedia hears, boolean active, boolean keys) {
    Map<String, Object> flags = towards(says, hears, keys);
    if (hears.kind() == Kind.WEBRTC) {
      flags.put("rtcp-mux", List.of("require"));
      flags.put("DTLS", active ? "active" : "passive");
    }
    return flags;
  }

  /** An rtpengine calls an interface so that was given no name. */
  private static String network(PeerMedia media) {
    String name = media.network();
    return name == null ? "default" : name;
  }

  private static Map<String, Object> towards(PeerMedia says, PeerMedia hears, boolean keys) {
    Map<String, Object> flags = new HashMap<>();
    List<String> words = new ArrayList<>(List.of("trust-address"));
    flags.put("replace", List.of("origin", "session-connection"));
    switch (hears.kind()) {
      case WEBRTC -> {
        flags.put("ICE", "force");
        flags.put("transport-protocol", "UDP/TLS/RTP/SAVPF");
        flags.put("SDES", List.of("off"));
        words.add("generate-mid");
      }
      case SRTP -> {
        flags.put("ICE", "remove");
        flags.put("transport-protocol", "RTP/SAVP");
        flags.put("rtcp-mux", List.of("demux"));
        flags.put("DTLS", "off");
        flags.put("SDES", NOT_OFFERED);
      }
      case RTP, AS_IT_IS -> {
        flags.put("ICE", "remove");
        flags.put("transport-protocol", "RTP/AVP");
        flags.put("rtcp-mux", List.of("demux"));
        flags.put("DTLS", "off");
        flags.put("SDES", List.of("off"));
      }
    }
    if (says.strictSource() || hears.strictSource()) {
      words.add("strict-source");
    }
    if (keys) {
      words.add("inject-DTMF");
    }
    flags.put("flags", words);
    return flags;
  }
}
