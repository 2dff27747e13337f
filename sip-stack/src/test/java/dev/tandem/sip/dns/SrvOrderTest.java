package dev.tandem.sip.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Name;
import org.xbill.DNS.SRVRecord;

class SrvOrderTest {
  private static final int ROUNDS = 20_000;

  private final Random random = new Random(7);

  @Test
  void lowerPrioritiesGoFirstWhateverTheWeights() {
    List<SRVRecord> records = List.of(srv(20, 1000, "b"), srv(10, 0, "a"), srv(30, 5, "c"));

    for (int i = 0; i < 100; i++) {
      assertThat(hosts(SrvOrder.of(records, random))).containsExactly("a", "b", "c");
    }
  }

  @Test
  void aTargetComesFirstAsOftenAsItsWeightSays() {
    List<SRVRecord> records = List.of(srv(1, 60, "a"), srv(1, 30, "b"), srv(1, 10, "c"));

    Map<String, Integer> firsts = firsts(records);

    assertThat(firsts.get("a") / (double) ROUNDS).isCloseTo(0.6, within(0.02));
    assertThat(firsts.get("b") / (double) ROUNDS).isCloseTo(0.3, within(0.02));
    assertThat(firsts.get("c") / (double) ROUNDS).isCloseTo(0.1, within(0.02));
  }

  @Test
  void withoutWeightsEachHasItsTurn() {
    Map<String, Integer> firsts = firsts(List.of(srv(1, 0, "a"), srv(1, 0, "b")));

    assertThat(firsts.get("a") / (double) ROUNDS).isCloseTo(0.5, within(0.02));
  }

  @Test
  void noWeightNextToWeightHasASmallChance() {
    Map<String, Integer> firsts = firsts(List.of(srv(1, 0, "a"), srv(1, 99, "b")));

    assertThat(firsts.get("a") / (double) ROUNDS).isCloseTo(0.01, within(0.005));
  }

  @Test
  void everyTargetIsTriedOnce() {
    List<SRVRecord> records = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      records.add(srv(i % 3, i * 7 % 11, "h" + i));
    }

    List<SRVRecord> ordered = SrvOrder.of(records, random);

    assertThat(ordered).containsExactlyInAnyOrderElementsOf(records);
    assertThat(ordered.stream().map(SRVRecord::getPriority).toList()).isSorted();
  }

  private Map<String, Integer> firsts(List<SRVRecord> records) {
    Map<String, Integer> firsts = new HashMap<>();
    for (int i = 0; i < ROUNDS; i++) {
      firsts.merge(hosts(SrvOrder.of(records, random)).get(0), 1, Integer::sum);
    }
    return firsts;
  }

  private static List<String> hosts(List<SRVRecord> records) {
    return records.stream().map(r -> r.getTarget().toString(true)).toList();
  }

  private static SRVRecord srv(int priority, int weight, String host) {
    return new SRVRecord(
        Name.fromConstantString("_sip._udp.example."),
        DClass.IN,
        60,
        priority,
        weight,
        5060,
        Name.fromConstantString(host + "."));
  }
}
