package dev.tandem.gateway.media;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the NG protocol writes its dictionaries in: strings {@code 3:abc}, numbers {@code i7e},
 * lists {@code l…e} and dictionaries {@code d…e} whose keys are strings. Here they are {@link
 * String}, {@link Long}, {@link List} and {@link Map}. A character of a string stands for one byte,
 * so that descriptions cross byte for byte.
 *
 * <p>What is read is bounded: in depth, in how many values it has, and by its own length.
 */
final class Bencode {
  static final int MAX_DEPTH = 16;
  static final int MAX_VALUES = 20_000;
  private static final int MAX_DIGITS = 18;
  private static final int MAX_STRING = 1 << 20;

  /** Bytes that are no dictionary in this form, or more than is taken. */
  static final class BadBencode extends Exception {
    private static final long serialVersionUID = 1;

    BadBencode(String what, int at) {
      super(what + " at byte " + at, null, false, false);
    }
  }

  private Bencode() {}

  /**
   * Writes a dictionary, its keys in order.
   *
   * @throws IllegalArgumentException if a value is of no kind that there is
   */
  static byte[] encode(Map<String, Object> dictionary) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(1024);
    write(dictionary, out);
    return out.toByteArray();
  }

  private static void write(Object value, ByteArrayOutputStream out) {
    if (value instanceof String text) {
      byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
      ascii(bytes.length + ":", out);
      out.writeBytes(bytes);
    } else if (value instanceof Long || value instanceof Integer) {
      ascii("i" + value + "e", out);
    } else if (value instanceof Collection<?> items) {
      out.write('l');
      items.forEach(item -> write(item, out));
      out.write('e');
    } else if (value instanceof Map<?, ?> dictionary) {
      out.write('d');
      Map<String, Object> ordered = new TreeMap<>();
      dictionary.forEach((key, item) -> ordered.put((String) key, item));
      ordered.forEach(
          (key, item) -> {
            write(key, out);
            write(item, out);
          });
      out.write('e');
    } else {
      throw new IllegalArgumentException("cannot be written: " + value.getClass());
    }
  }

  private static void ascii(String text, ByteArrayOutputStream out) {
    out.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
  }

  /** Reads the dictionary that begins at {@code from} and fills the rest. */
  static Map<String, Object> decode(byte[] bytes, int from) throws BadBencode {
    Reader reader = new Reader(bytes, from);
    Object value = reader.value(0);
    if (!(value instanceof Map)) {
      throw new BadBencode("no dictionary", from);
    }
    if (reader.at != bytes.length) {
      throw new BadBencode("something after the end", reader.at);
    }
    @SuppressWarnings("unchecked") // a reader makes no others
    Map<String, Object> dictionary = (Map<String, Object>) value;
    return dictionary;
  }

  /**
   * Where the value ends that begins at {@code from}.
   *
   * @param to what follows has not come yet
   * @return -1 when more has to come
   */
  static int end(byte[] bytes, int from, int to) throws BadBencode {
    int depth = 0;
    int at = from;
    while (at < to) {
      byte first = bytes[at];
      if (first == 'l' || first == 'd') {
        depth++;
        at++;
      } else if (first == 'e' && depth > 0) {
        depth--;
        at++;
      } else {
        int mark = indexOf(first == 'i' ? 'e' : ':', bytes, at, Math.min(to, at + MAX_DIGITS + 3));
        if (mark < 0) {
          if (to - at > MAX_DIGITS + 2) {
            throw new BadBencode("no number", at);
          }
          return -1;
        }
        at = mark + 1 + (first == 'i' ? 0 : length(bytes, at, mark));
      }
      if (depth == 0) {
        return at > to ? -1 : at;
      }
      if (depth > MAX_DEPTH) {
        throw new BadBencode("too deep", at);
      }
    }
    return -1;
  }

  private static int length(byte[] bytes, int from, int to) throws BadBencode {
    int length = 0;
    for (int i = from; i < to; i++) {
      int digit = bytes[i] - '0';
      if (digit < 0 || digit > 9 || length > MAX_STRING) {
        throw new BadBencode("no length", from);
      }
      length = length * 10 + digit;
    }
    if (to == from || length > MAX_STRING) {
      throw new BadBencode("no length", from);
    }
    return length;
  }

  private static int indexOf(char wanted, byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      if (bytes[i] == wanted) {
        return i;
      }
    }
    return -1;
  }

  private static final class Reader {
    private final byte[] bytes;
    private int at;
    private int values;

    Reader(byte[] bytes, int from) {
      this.bytes = bytes;
      this.at = from;
    }

    Object value(int depth) throws BadBencode {
      if (depth > MAX_DEPTH) {
        throw new BadBencode("too deep", at);
      }
      if (++values > MAX_VALUES) {
        throw new BadBencode("too many values", at);
      }
      byte first = peek();
      switch (first) {
        case 'i' -> {
          at++;
          return number('e');
        }
        case 'l' -> {
          at++;
          return list(depth);
        }
        case 'd' -> {
          at++;
          return dictionary(depth);
        }
        default -> {
          return string();
        }
      }
    }

    private byte peek() throws BadBencode {
      if (at >= bytes.length) {
        throw new BadBencode("cut off", at);
      }
      return bytes[at];
    }

    private List<Object> list(int depth) throws BadBencode {
      List<Object> items = new ArrayList<>();
      while (peek() != 'e') {
        items.add(value(depth + 1));
      }
      at++;
      return items;
    }

    private Map<String, Object> dictionary(int depth) throws BadBencode {
      Map<String, Object> items = new LinkedHashMap<>();
      while (peek() != 'e') {
        String key = string();
        if (items.put(key, value(depth + 1)) != null) {
          throw new BadBencode("a key twice", at);
        }
      }
      at++;
      return items;
    }

    private String string() throws BadBencode {
      int begin = at;
      long length = number(':');
      if (length < 0 || length > bytes.length - at) {
        throw new BadBencode("a string of " + length + " bytes", begin);
      }
      String text = new String(bytes, at, (int) length, StandardCharsets.ISO_8859_1);
      at += (int) length;
      return text;
    }

    private long number(char end) throws BadBencode {
      int begin = at;
      boolean negative = peek() == '-';
      if (negative) {
        at++;
      }
      int digits = 0;
      long number = 0;
      for (byte next = peek(); next != end; next = peek()) {
        if (next < '0' || next > '9' || ++digits > MAX_DIGITS) {
          throw new BadBencode("no number", begin);
        }
        number = number * 10 + (next - '0');
        at++;
      }
      if (digits == 0) {
        throw new BadBencode("no digits", begin);
      }
      at++;
      return negative ? -number : number;
    }
  }
}
