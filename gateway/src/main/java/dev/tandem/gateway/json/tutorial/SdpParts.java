package dev.tandem.gateway.json.tutorial;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** A session description taken apart, held against RFC 8866 §5 and §9. */
record SdpParts(ArrayNode media, List<String> violations) {
  private static final int MAX_LINES = 2000;
  private static final int MAX_TOLD = 32;
  private static final Pattern LINE = Pattern.compile("[a-z]=.*");
  private static final Pattern MEDIA =
      Pattern.compile("m=[A-Za-z0-9.+-]+ [0-9]{1,5}(/[0-9]+)? \\S+ [\\S ]*\\S");
  private static final Pattern ORIGIN = Pattern.compile("^o=\\S+ [0-9]+ [0-9]+ IN IP[46] \\S+");

  /** The order of the lines before the first medium. */
  private static final String SESSION = "vosiuepcbtrzka";

  static SdpParts of(String body) {
    SdpParts parts = new SdpParts(JsonNodeFactory.instance.arrayNode(), new ArrayList<>());
    String[] lines = body.split("\r\n|\n", MAX_LINES);
    if (!lines[0].equals("v=0")) {
      parts.wrong(1, "does not begin with v=0 (RFC 8866 §5.1)");
    }
    parts.required(body);
    ObjectNode medium = null;
    int reached = 0;
    for (int i = 0; i < lines.length; i++) {
      String line = lines[i];
      if (line.isEmpty() && i == lines.length - 1) {
        break;
      }
      if (!LINE.matcher(line).matches()) {
        parts.wrong(i + 1, "is no type=value (RFC 8866 §5)");
      } else if (line.startsWith("m=")) {
        medium = parts.medium(i + 1, line);
      } else if (medium != null) {
        medium.withArray("lines").add(line);
      } else {
        int place = SESSION.indexOf(line.charAt(0));
        boolean inTimes = line.charAt(0) == 't' || line.charAt(0) == 'r';
        if (place < reached && !inTimes) {
          parts.wrong(i + 1, "comes too late or is of no known type (RFC 8866 §5)");
        }
        reached = Math.max(reached, place);
        if (line.startsWith("o=") && !ORIGIN.matcher(line).matches()) {
          parts.wrong(i + 1, "is no origin: user, id, version, IN, IP4 or IP6, host (§5.2)");
        }
      }
    }
    return parts;
  }

  private void required(String body) {
    for (String type : List.of("o=", "s=", "t=")) {
      if (!body.contains("\n" + type)) {
        violations.add(type + " is missing (RFC 8866 §9)");
      }
    }
  }

  private ObjectNode medium(int number, String line) {
    if (!MEDIA.matcher(line).matches() || line.contains("  ")) {
      wrong(number, "is no medium: type, port, protocol, formats (RFC 8866 §5.14)");
    }
    String[] words = line.substring(2).split(" ", -1);
    ObjectNode medium = media.addObject().put("type", words[0]);
    medium.put("port", words.length > 1 ? words[1] : "");
    medium.put("protocol", words.length > 2 ? words[2] : "");
    ArrayNode formats = medium.putArray("formats");
    for (int i = 3; i < words.length; i++) {
      formats.add(words[i]);
    }
    medium.putArray("lines");
    return medium;
  }

  private void wrong(int line, String what) {
    if (violations.size() < MAX_TOLD) {
      violations.add("line " + line + ": " + what);
    }
  }
}
