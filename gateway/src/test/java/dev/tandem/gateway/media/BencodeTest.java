package dev.tandem.gateway.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BencodeTest {
  private static final int ROUNDS = 5_000;

  @Test
  void aDictionaryIsWrittenWithItsKeysInOrder() {
    Map<String, Object> value = new LinkedHashMap<>();
    value.put("sdp", "v=0\r\n");
    value.put("command", "offer");
    value.put("flags", List.of("a", 7L));
    assertThat(new String(Bencode.encode(value), StandardCharsets.ISO_8859_1))
        .isEqualTo("d7:command5:offer5:flagsl1:ai7ee3:sdp5:v=0\r\ne");
  }

  @Test
  void whatIsWrittenIsReadTheSame() throws Exception {
    Random random = new Random(1);
    for (int i = 0; i < ROUNDS; i++) {
      Map<String, Object> value = dictionary(random, 0);
      assertThat(Bencode.decode(Bencode.encode(value), 0)).as("round %d", i).isEqualTo(value);
    }
  }

  /** Whatever a byte is changed to, cut off or added: it is read, or refused as bad. */
  @Test
  void garbageIsRefusedAndNeverMore() {
    Random random = new Random(2);
    int refused = 0;
    for (int i = 0; i < ROUNDS; i++) {
      byte[] bytes = Bencode.encode(dictionary(random, 0));
      byte[] spoilt = new byte[random.nextInt(bytes.length) + 2];
      for (int at = 0; at < spoilt.length; at++) {
        spoilt[at] = at < bytes.length ? bytes[at] : (byte) random.nextInt(256);
      }
      spoilt[random.nextInt(spoilt.length)] = (byte) "0123456789:-ielda".charAt(random.nextInt(17));
      try {
        Bencode.decode(spoilt, 0);
      } catch (Bencode.BadBencode e) {
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(ROUNDS / 2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", "d", "de ", "le", "i1e", "3:abc", "d3:abce", "d1:ai1e1:ai2ee", "d1:a", "d1:a5:abce",
        "d1:ai--1ee", "d1:aiee", "d1:a9999999999999999999:xe", "d-1:ae", "d1:ai1234567890123456789ee"
      })
  void whatIsNoDictionaryIsRefused(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    assertThatThrownBy(() -> Bencode.decode(bytes, 0)).isInstanceOf(Bencode.BadBencode.class);
  }

  @Test
  void depthAndCountAreBounded() {
    String deep = "d1:a" + "l".repeat(100_000);
    String many = "d1:al" + "0:".repeat(Bencode.MAX_VALUES) + "ee";
    for (String text : List.of(deep, many)) {
      byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
      assertThatThrownBy(() -> Bencode.decode(bytes, 0))
          .isInstanceOf(Bencode.BadBencode.class)
          .hasMessageStartingWith("too ");
    }
  }

  private static Map<String, Object> dictionary(Random random, int depth) {
    Map<String, Object> items = new LinkedHashMap<>();
    for (int i = random.nextInt(5); i > 0; i--) {
      items.put(string(random), value(random, depth + 1));
    }
    return items;
  }

  private static Object value(Random random, int depth) {
    return switch (random.nextInt(depth < 6 ? 4 : 2)) {
      case 0 -> string(random);
      case 1 -> (long) random.nextInt() * random.nextInt(1000);
      case 2 -> dictionary(random, depth);
      default -> {
        List<Object> items = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
          items.add(value(random, depth + 1));
        }
        yield items;
      }
    };
  }

  private static String string(Random random) {
    byte[] bytes = new byte[random.nextInt(20)];
    random.nextBytes(bytes);
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }
}
