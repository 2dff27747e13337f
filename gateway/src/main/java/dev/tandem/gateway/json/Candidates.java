package dev.tandem.gateway.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tandem.gateway.sdp.SdpText;
import dev.tandem.gateway.sdp.SdpText.Section;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** ICE candidates as browsers write them (RTCIceCandidateInit), and as lines of a description. */
final class Candidates {
  private static final int MAX_LINE = 1024;

  private Candidates() {}

  /**
   * Those of a {@code candidate} frame, in order; a JSON null stands for their end.
   *
   * @throws Refusal with the path of what is wrong
   */
  static List<JsonNode> of(Fields fields) {
    JsonNode many = fields.frame().get("candidates");
    if (many != null && !many.isNull()) {
      if (!many.isArray() || many.size() > 100) {
        throw Refusal.field("candidates", "is no list of up to 100");
      }
      List<JsonNode> all = new ArrayList<>();
      for (int i = 0; i < many.size(); i++) {
        all.add(checked(many.get(i), "candidates[" + i + "]"));
      }
      return all;
    }
    JsonNode one = fields.frame().get("candidate");
    if (one == null) {
      throw Refusal.field("candidate", "is missing");
    }
    return List.of(checked(one, "candidate"));
  }

  private static JsonNode checked(JsonNode candidate, String path) {
    if (candidate.isNull()) {
      return candidate;
    }
    if (!(candidate instanceof ObjectNode object)) {
      throw Refusal.field(path, "is neither an object nor null");
    }
    Fields fields = new Fields(object);
    try {
      fields.line("candidate", MAX_LINE);
      fields.optionalLine("sdpMid", 64);
      fields.number("sdpMLineIndex", 0, 255, 0);
      fields.optionalLine("usernameFragment", 256);
    } catch (Refusal e) {
      throw Refusal.field(path, String.valueOf(e.getMessage()));
    }
    return candidate;
  }

  /** Whether it says that there are no more. */
  static boolean isEnd(JsonNode candidate) {
    return candidate.isNull() || candidate.path("candidate").asText().isEmpty();
  }

  /** Whether somebody who is not in the same network could reach it. */
  static boolean isReachable(JsonNode candidate) {
    String line = candidate.path("candidate").asText();
    return line.contains(" typ srflx") || line.contains(" typ relay");
  }

  /** A name that only the browser's own network can resolve. */
  static boolean isLocalName(String line) {
    String[] fields = line.split(" ", 6);
    return fields.length > 4 && fields[4].toLowerCase(Locale.ROOT).endsWith(".local");
  }

  /**
   * A description with these candidates in their places, and without names nobody can resolve.
   *
   * @param all whether there will be no more
   */
  static String into(String sdp, List<JsonNode> candidates, boolean all) {
    SdpText text = SdpText.parse(sdp.getBytes(StandardCharsets.UTF_8));
    List<Section> sections = new ArrayList<>();
    for (int i = 0; i < text.media().size(); i++) {
      Section section = text.media().get(i);
      String end = section.lines().get(0).endsWith("\r\n") ? "\r\n" : "\n";
      List<String> lines = new ArrayList<>();
      boolean ended = false;
      for (String line : section.lines()) {
        if (!line.startsWith("a=candidate:") || !isLocalName(line.strip())) {
          lines.add(line);
        }
        ended |= line.startsWith("a=end-of-candidates");
      }
      for (JsonNode candidate : candidates) {
        if (!isEnd(candidate) && isOf(candidate, i, section.mid())) {
          String line = line(candidate);
          if (!isLocalName(line) && !lines.contains(line + end)) {
            lines.add(line + end);
          }
        }
      }
      if (all && !ended && !section.isRefused()) {
        lines.add("a=end-of-candidates" + end);
      }
      sections.add(new Section(lines));
    }
    return new String(text.with(sections).bytes(), StandardCharsets.UTF_8);
  }

  static String line(JsonNode candidate) {
    String line = candidate.path("candidate").asText().strip();
    return line.startsWith("a=") ? line : "a=" + line;
  }

  static boolean isOf(JsonNode candidate, int index, @Nullable String mid) {
    JsonNode of = candidate.get("sdpMid");
    if (of != null && of.isTextual() && mid != null) {
      return of.textValue().equals(mid);
    }
    return candidate.path("sdpMLineIndex").asInt(0) == index;
  }
}
