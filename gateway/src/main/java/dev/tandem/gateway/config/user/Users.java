package dev.tandem.gateway.config.user;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The configured users, single ones and ranges. */
public final class Users {
  public static final Users NONE = new Users(Map.of(), List.of());

  private final Map<String, UserConfig> single;
  private final List<UserRange> ranges;

  private Users(Map<String, UserConfig> single, List<UserRange> ranges) {
    this.single = single;
    this.ranges = List.copyOf(ranges);
  }

  public static Users of(Collection<UserConfig> single, List<UserRange> ranges) {
    Map<String, UserConfig> byName = new LinkedHashMap<>();
    single.forEach(user -> byName.put(user.user(), user));
    return new Users(byName, ranges);
  }

  /** Who has this name; a single user goes before a range that holds it too. */
  public Optional<UserConfig> find(String user) {
    UserConfig found = single.get(user);
    return Optional.ofNullable(found != null ? found : inRange(user));
  }

  /** The number of users. */
  public int size() {
    return single.size() + ranges.stream().mapToInt(r -> r.last() - r.first() + 1).sum();
  }

  private @Nullable UserConfig inRange(String user) {
    for (UserRange range : ranges) {
      UserConfig found = range.find(user);
      if (found != null) {
        return found;
      }
    }
    return null;
  }
}
