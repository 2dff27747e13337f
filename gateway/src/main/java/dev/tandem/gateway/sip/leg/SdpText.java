package dev.tandem.gateway.sip.leg;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A session description as its lines (RFC 8866), each with its own line end: what nobody changes
 * stays byte for byte as it came, whatever it means. Immutable.
 *
 * @param session the lines before the first {@code m=}
 * @param media one for each {@code m=} line, which is its first
 */
record SdpText(List<String> session, List<Section> media) {

  /** The lines of one medium. */
  record Section(List<String> lines) {
    Section {
      lines = List.copyOf(lines);
    }

    /** Such as {@code audio}. */
    String type() {
      String line = lines.get(0);
      int space = line.indexOf(' ');
      return line.substring(2, space < 0 ? line.length() : space).trim();
    }

    @Nullable String mid() {
      for (String line : lines) {
        if (line.startsWith("a=mid:")) {
          return line.substring("a=mid:".length()).trim();
        }
      }
      return null;
    }

    /** The same medium, refused: port 0 (RFC 3264 §6). */
    Section refused(@Nullable String mid) {
      String[] fields = lines.get(0).strip().split(" ", 3);
      List<String> kept = new ArrayList<>();
      kept.add(fields[0] + " 0 " + (fields.length > 2 ? fields[2] : "RTP/AVP 0") + "\r\n");
      kept.add("c=IN IP4 0.0.0.0\r\n");
      kept.add("a=inactive\r\n");
      if (mid != null) {
        kept.add("a=mid:" + mid + "\r\n");
      }
      return new Section(kept);
    }
  }

  /** What an o= line says who made the session, and which version this is (RFC 8866 §5.2). */
  record Origin(String user, String sessionId, long version, String address) {
    boolean isOfTheSameSessionAs(Origin other) {
      return user.equals(other.user)
          && sessionId.equals(other.sessionId)
          && address.equals(other.address);
    }

    private String line(long as, String lineEnd) {
      return "o=" + user + " " + sessionId + " " + as + " " + address + lineEnd;
    }
  }

  SdpText {
    session = List.copyOf(session);
    media = List.copyOf(media);
  }

  static SdpText parse(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.ISO_8859_1); // one character a byte
    List<String> session = new ArrayList<>();
    List<Section> media = new ArrayList<>();
    List<String> current = session;
    int from = 0;
    while (from < text.length()) {
      int end = text.indexOf('\n', from);
      String line = text.substring(from, end < 0 ? text.length() : end + 1);
      from += line.length();
      if (line.startsWith("m=")) {
        if (current != session) {
          media.add(new Section(current));
        }
        current = new ArrayList<>();
      }
      current.add(line);
    }
    if (current != session) {
      media.add(new Section(current));
    }
    return new SdpText(session, media);
  }

  byte[] bytes() {
    StringBuilder text = new StringBuilder();
    session.forEach(text::append);
    media.forEach(section -> section.lines().forEach(text::append));
    return text.toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  /** Null when there is none, or it cannot be read. */
  @Nullable Origin origin() {
    for (String line : session) {
      if (line.startsWith("o=")) {
        String[] fields = line.substring(2).strip().split(" ", 4);
        try {
          return fields.length < 4
              ? null
              : new Origin(fields[0], fields[1], Long.parseLong(fields[2]), fields[3]);
        } catch (NumberFormatException e) {
          return null;
        }
      }
    }
    return null;
  }

  /** The same, as a version of that session. */
  SdpText as(Origin origin, long version) {
    List<String> lines = new ArrayList<>(session);
    lines.replaceAll(
        line ->
            line.startsWith("o=")
                ? origin.line(version, line.endsWith("\r\n") ? "\r\n" : "\n")
                : line);
    return new SdpText(lines, media);
  }

  SdpText with(List<Section> sections) {
    return new SdpText(session, sections);
  }

  /** The same as an answer: who has left the DTLS role open takes the passive one. */
  SdpText asAnswer() {
    return new SdpText(
        session.stream().map(SdpText::passive).toList(),
        media.stream()
            .map(each -> new Section(each.lines().stream().map(SdpText::passive).toList()))
            .toList());
  }

  private static String passive(String line) {
    return line.startsWith("a=setup:actpass") ? line.replace("actpass", "passive") : line;
  }

  /** Whether two say the same, the version aside. */
  boolean saysTheSameAs(SdpText other) {
    Origin mine = origin();
    Origin its = other.origin();
    return mine != null
        && its != null
        && mine.isOfTheSameSessionAs(its)
        && Arrays.equals(as(mine, 0).bytes(), other.as(mine, 0).bytes());
  }

  /** Whether some section has this mid. */
  boolean hasMid(String mid) {
    return media.stream().anyMatch(section -> Objects.equals(section.mid(), mid));
  }
}
