package dev.tandem.gateway.routing;

import dev.tandem.gateway.config.route.TrunkGroupConfig;
import dev.tandem.gateway.config.route.TrunkGroupConfig.Member;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * In which order the trunks of a group are tried. Those with the lowest priority number come first
 * whatever the strategy, which decides among equal ones.
 */
final class TrunkOrder {
  private TrunkOrder() {}

  /** Takes the group's next turn, unless it is only asked what would be. */
  static List<String> of(
      TrunkGroupConfig group, Surroundings surroundings, Source source, boolean onlyAsked) {
    TreeMap<Integer, List<Member>> byPriority = new TreeMap<>();
    for (Member member : group.members()) {
      byPriority.computeIfAbsent(member.priority(), key -> new ArrayList<>()).add(member);
    }
    long turn =
        switch (group.strategy()) {
          case WEIGHT, ROUND_ROBIN ->
              onlyAsked
                  ? surroundings.turns().peek(group.name())
                  : surroundings.turns().take(group.name());
          case PRIORITY, LEAST_CALLS, HASH -> 0;
        };
    List<String> order = new ArrayList<>(group.members().size());
    for (List<Member> equals : byPriority.values()) {
      List<Member> sorted =
          switch (group.strategy()) {
            case PRIORITY -> equals;
            case WEIGHT -> byWeight(equals, turn);
            case ROUND_ROBIN -> rotated(equals, turn);
            case LEAST_CALLS -> byCalls(equals, surroundings.trunks());
            case HASH -> byHash(equals, source);
          };
      sorted.forEach(member -> order.add(member.trunk()));
    }
    return order;
  }

  /** RFC 2782: chosen one after the other, each with a chance by its share of the weights left. */
  private static List<Member> byWeight(List<Member> members, long turn) {
    SplittableRandom random = new SplittableRandom(turn);
    List<Member> left = new ArrayList<>(members);
    left.sort(Comparator.comparingInt(member -> member.weight() == 0 ? 0 : 1));
    List<Member> chosen = new ArrayList<>(left.size());
    while (!left.isEmpty()) {
      long sum = left.stream().mapToLong(Member::weight).sum();
      long at = random.nextLong(sum + 1);
      int index = 0;
      for (long passed = left.get(0).weight(); passed < at; passed += left.get(index).weight()) {
        index++;
      }
      chosen.add(left.remove(index));
    }
    return chosen;
  }

  private static List<Member> rotated(List<Member> members, long turn) {
    int first = (int) Math.floorMod(turn, (long) members.size());
    List<Member> order = new ArrayList<>(members.subList(first, members.size()));
    order.addAll(members.subList(0, first));
    return order;
  }

  private static List<Member> byCalls(List<Member> members, TrunkStatus status) {
    record Load(Member member, int calls) {}
    return members.stream()
        .map(member -> new Load(member, status.calls(member.trunk())))
        .sorted(Comparator.comparingInt(Load::calls))
        .map(Load::member)
        .toList();
  }

  /** The highest score of caller and trunk: without one trunk the others keep their callers. */
  private static List<Member> byHash(List<Member> members, Source source) {
    String user = source.user();
    String key = user == null ? source.caller().user() : user;
    return members.stream()
        .sorted(Comparator.comparingLong(member -> -(score(key, member.trunk()) >>> 1)))
        .toList();
  }

  private static long score(String key, String trunk) {
    long seed = key.hashCode() * 0x9E3779B97F4A7C15L + trunk.hashCode();
    return new SplittableRandom(seed).nextLong();
  }
}
