package dev.tandem.sip.dns;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.xbill.DNS.SRVRecord;

/** In which order the targets of an SRV answer are tried (RFC 2782, "Usage rules"). Pure. */
final class SrvOrder {
  private SrvOrder() {}

  /** Lower priorities first; within one, chosen by lot, where a greater weight wins more often. */
  static List<SRVRecord> of(List<SRVRecord> records, Random random) {
    List<SRVRecord> left = new ArrayList<>(records);
    Collections.shuffle(left, random); // for those without any weight
    // Those come first: the running sum then gives them their small chance.
    left.sort(
        Comparator.comparingInt(SRVRecord::getPriority)
            .thenComparingInt(r -> r.getWeight() > 0 ? 1 : 0));
    List<SRVRecord> ordered = new ArrayList<>(records.size());
    while (!left.isEmpty()) {
      ordered.add(left.remove(draw(left, random)));
    }
    return ordered;
  }

  /** The index of the next one, of those that share the priority of the first. */
  private static int draw(List<SRVRecord> left, Random random) {
    int priority = left.get(0).getPriority();
    int same = 0;
    int sum = 0;
    while (same < left.size() && left.get(same).getPriority() == priority) {
      sum += left.get(same).getWeight();
      same++;
    }
    int lot = random.nextInt(sum + 1);
    int running = 0;
    for (int i = 0; i < same; i++) {
      running += left.get(i).getWeight();
      if (running >= lot) {
        return i;
      }
    }
    return same - 1;
  }
}
