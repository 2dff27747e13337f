package dev.tandem.gateway.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tandem.gateway.bridge.Trickling;
import dev.tandem.gateway.call.Body;
import dev.tandem.gateway.sdp.SdpText;
import dev.tandem.gateway.sdp.SdpText.Section;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** ICE candidates as SIP sends them after a description (RFC 8840 §9), and as browsers do. */
final class Fragments {
  private static final int MAX_CANDIDATES = 100;
  private static final int MAX_LINE = 1024;
  private static final int MAX_WORD = 256;
  private static final String CANDIDATE = "a=candidate:";
  private static final String END = "a=end-of-candidates";
  private static final String UFRAG = "a=ice-ufrag:";
  private static final String PASSWORD = "a=ice-pwd:";
  private static final String MID = "a=mid:";

  private Fragments() {}

  static boolean isOne(Body body) {
    return body.contentType().toLowerCase(Locale.ROOT).startsWith(Trickling.FRAGMENT);
  }

  /**
   * All that belongs to a description of the client's.
   *
   * @param all whether there will be no more
   */
  static Body of(String sdp, List<JsonNode> candidates, boolean all) {
    SdpText text = SdpText.parse(sdp.getBytes(StandardCharsets.UTF_8));
    StringBuilder fragment = new StringBuilder();
    for (int i = 0; i < text.media().size(); i++) {
      Section section = text.media().get(i);
      if (section.isRefused()) {
        continue;
      }
      fragment.append("m=").append(section.type()).append(" 9 RTP/AVP 0\r\n");
      String mid = section.mid();
      fragment.append(MID).append(mid == null ? Integer.toString(i) : mid).append("\r\n");
      copy(UFRAG, section, text, fragment);
      copy(PASSWORD, section, text, fragment);
      section.lines().stream()
          .map(String::strip)
          .filter(line -> line.startsWith(CANDIDATE) && !Candidates.isLocalName(line))
          .forEach(line -> fragment.append(line).append("\r\n"));
      for (JsonNode candidate : candidates) {
        if (!Candidates.isEnd(candidate) && Candidates.isOf(candidate, i, mid)) {
          String line = Candidates.line(candidate);
          if (!Candidates.isLocalName(line)) {
            fragment.append(line).append("\r\n");
          }
        }
      }
      if (all) {
        fragment.append(END).append("\r\n");
      }
    }
    return new Body(Trickling.FRAGMENT, fragment.toString().getBytes(StandardCharsets.UTF_8));
  }

  private static void copy(String attribute, Section section, SdpText text, StringBuilder to) {
    List<String> lines = new ArrayList<>(section.lines());
    lines.addAll(text.session());
    lines.stream()
        .map(String::strip)
        .filter(line -> line.startsWith(attribute))
        .findFirst()
        .ifPresent(line -> to.append(line).append("\r\n"));
  }

  /** Those of a fragment, in order; a JSON null stands for their end. What is malformed is left. */
  static List<JsonNode> read(Body body) {
    List<JsonNode> found = new ArrayList<>();
    int section = -1;
    String mid = null;
    String common = null;
    String ufrag = null;
    boolean ended = false;
    boolean allEnded = false;
    for (String each : new String(body.bytes(), StandardCharsets.UTF_8).split("\r?\n", -1)) {
      String line = each.strip();
      if (line.startsWith("m=")) {
        section++;
        mid = null;
        ufrag = common;
        ended = false;
      } else if (line.startsWith(MID)) {
        mid = line.substring(MID.length());
      } else if (line.startsWith(UFRAG)) {
        ufrag = line.substring(UFRAG.length());
        common = section < 0 ? ufrag : common;
      } else if (line.startsWith(END)) {
        ended = true;
        allEnded |= section < 0;
      } else if (line.startsWith(CANDIDATE)
          && found.size() < MAX_CANDIDATES
          && isFit(line, MAX_LINE)) {
        found.add(candidate(line.substring(2), mid, Math.max(0, section), ufrag));
      }
    }
    if (ended || allEnded) {
      found.add(JsonNodeFactory.instance.nullNode());
    }
    return found;
  }

  private static JsonNode candidate(
      String line, @Nullable String mid, int section, @Nullable String ufrag) {
    ObjectNode candidate = JsonNodeFactory.instance.objectNode().put("candidate", line);
    if (mid != null && isFit(mid, 64)) {
      candidate.put("sdpMid", mid);
    }
    candidate.put("sdpMLineIndex", Math.min(section, 255));
    if (ufrag != null && isFit(ufrag, MAX_WORD)) {
      candidate.put("usernameFragment", ufrag);
    }
    return candidate;
  }

  private static boolean isFit(String text, int most) {
    return text.length() <= most && Texts.oneLine(text).equals(text);
  }
}
