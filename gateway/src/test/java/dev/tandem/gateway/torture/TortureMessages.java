package dev.tandem.gateway.torture;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Reads test messages from the notation of RFC 4475 §2.1, which can be read and does not lose a
 * blank at the end of a line or a byte that is no character: {@code <allOneLine>}, {@code <hex>}
 * and {@code <repeat>}. Ours is {@code <media>}, for the session description that nearly all of
 * them carry.
 */
final class TortureMessages {
  private static final Pattern HEAD = Pattern.compile("(?m)^=== (\\S+) (\\S+)\n");
  private static final Pattern MEDIA = Pattern.compile("<media(?: t=(\\d+))?>(.*?)</media>");
  private static final Pattern REPEAT = Pattern.compile("<repeat count=(\\d+)>(.*?)</repeat>");
  private static final Pattern ONE_LINE = Pattern.compile("(?s)<allOneLine>\n(.*?)\n</allOneLine>");
  private static final Pattern HEX = Pattern.compile("<hex>([0-9A-F]*)</hex>");

  /** One message as it is sent, and where the RFC describes it. */
  record Message(String name, String section, byte[] bytes) {
    /** The same with the Content-Length that its body has, under the name with a star. */
    Message mended() {
      String text = new String(bytes, ISO_8859_1);
      int body = text.length() - text.indexOf("\r\n\r\n") - 4;
      String right = text.replaceFirst("Content-Length: \\d+", "Content-Length: " + body);
      return new Message(name + "*", section, right.getBytes(ISO_8859_1));
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private TortureMessages() {}

  /** All messages of "rfc4475" or "rfc5118", in the RFC's order. */
  static List<Message> of(String rfc) {
    String all = resource(rfc + ".txt");
    List<Message> messages = new ArrayList<>();
    Matcher head = HEAD.matcher(all);
    boolean more = head.find();
    while (more) {
      String name = head.group(1);
      String section = head.group(2);
      int from = head.end();
      more = head.find();
      messages.add(
          new Message(
              name, section, bytes(all.substring(from, more ? head.start() : all.length()))));
    }
    return messages;
  }

  /** These messages, and those of them mended whose starred names are asked for. */
  static List<Message> withMended(String rfc, List<String> names) {
    List<Message> messages = of(rfc);
    return Stream.concat(messages.stream(), messages.stream().map(Message::mended))
        .filter(message -> names.contains(message.name()))
        .toList();
  }

  static String resource(String name) {
    try (InputStream in = TortureMessages.class.getResourceAsStream("/torture/" + name)) {
      if (in == null) {
        throw new IllegalArgumentException("there is no " + name);
      }
      return new String(in.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] bytes(String notation) {
    String text =
        MEDIA.matcher(notation).replaceAll(media -> description(media.group(1), media.group(2)));
    text = REPEAT.matcher(text).replaceAll(r -> r.group(2).repeat(Integer.parseInt(r.group(1))));
    text =
        ONE_LINE
            .matcher(text)
            .replaceAll(line -> Matcher.quoteReplacement(line.group(1).replace("\n", "")));
    text = text.replace("\n", "\r\n");
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length());
    Matcher hex = HEX.matcher(text);
    int at = 0;
    while (hex.find()) {
      bytes.writeBytes(text.substring(at, hex.start()).getBytes(ISO_8859_1));
      bytes.writeBytes(HexFormat.of().parseHex(hex.group(1)));
      at = hex.end();
    }
    bytes.writeBytes(text.substring(at).getBytes(ISO_8859_1));
    return bytes.toByteArray();
  }

  private static String description(String start, String address) {
    return String.join(
        "\n",
        "v=0",
        "o=mhandley 29739 7272939 IN IP4 " + address,
        "s=-",
        "c=IN IP4 " + address,
        "t=" + (start == null ? "0" : start) + " 0",
        "m=audio 49217 RTP/AVP 0 12",
        "m=video 3227 RTP/AVP 31",
        "a=rtpmap:31 LPC");
  }
}
