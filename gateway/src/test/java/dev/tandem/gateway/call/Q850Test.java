package dev.tandem.gateway.call;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** RFC 3398 §7.2.4.1 and §8.2.6.1. */
class Q850Test {

  @ParameterizedTest
  @CsvSource({
    "400, 41", "401, 21", "402, 21", "403, 21", "404, 1", "405, 63", "406, 79", "407, 21",
    "408, 102", "410, 22", "413, 127", "414, 127", "415, 79", "416, 127", "420, 127", "421, 127",
    "423, 127", "480, 18", "481, 41", "482, 25", "483, 25", "484, 28", "485, 1", "486, 17",
    "488, 88", "500, 41", "501, 79", "502, 38", "503, 41", "504, 102", "505, 127", "513, 127",
    "600, 17", "603, 21", "604, 1", "606, 88", "487, 0", "200, 0", "302, 0", "491, 0",
  })
  void aStatusHasACause(int status, int cause) {
    assertThat(Q850.ofStatus(status)).isEqualTo(cause);
  }

  @ParameterizedTest
  @CsvSource({
    "1, 404", "2, 404", "3, 404", "16, 200", "17, 486", "18, 408", "19, 480", "20, 480",
    "21, 403", "22, 410", "23, 410", "26, 404", "27, 502", "28, 484", "29, 501", "31, 480",
    "34, 503", "38, 503", "41, 503", "42, 503", "47, 503", "55, 403", "57, 403", "58, 503",
    "65, 488", "70, 488", "79, 501", "87, 403", "88, 503", "102, 504", "111, 500", "127, 500",
    "99, 500",
  })
  void aCauseHasAStatus(int cause, int status) {
    assertThat(Q850.toStatus(cause)).isEqualTo(status);
  }

  @Test
  void theCauseIsFoundAmongReasons() {
    assertThat(Q850.in(List.of("SIP;cause=486;text=\"x\"", "q.850 ; text=\"a\" ; cause=34")))
        .isEqualTo(34);
    assertThat(Q850.in(List.of("Q.850;cause=16"))).isEqualTo(16);
    assertThat(Q850.in(List.of("SIP;cause=486", "Q.850;text=\"cause\""))).isEqualTo(Q850.NONE);
    assertThat(Q850.in(List.of())).isEqualTo(Q850.NONE);
  }

  @Test
  void theReasonSaysItInWords() {
    assertThat(Q850.reason(486)).isEqualTo("Q.850;cause=17;text=\"User busy\"");
    assertThat(Q850.reason(487)).isNull();
  }
}
