package dev.tandem.gateway.routing;

import com.google.re2j.Pattern;
import dev.tandem.gateway.config.route.RouteAction;
import dev.tandem.gateway.config.route.RouteConfig;
import dev.tandem.gateway.config.route.RouteMatch;
import dev.tandem.gateway.config.route.RouteSource;
import dev.tandem.gateway.config.route.UserGroupConfig;
import dev.tandem.gateway.config.value.AddressRange;
import dev.tandem.gateway.config.value.NumberPattern;
import dev.tandem.gateway.config.value.NumberPatterns;
import dev.tandem.gateway.config.value.TimeWindow;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/** One thing that a route asks of a request. Immutable. */
interface Condition {

  boolean holds(RouteRequest request);

  /** In words why it holds, or does not. */
  String told(RouteRequest request, boolean holds);

  /** A trunk calls out only by a route that says so. */
  Condition NOT_FROM_A_TRUNK =
      new Condition() {
        @Override
        public boolean holds(RouteRequest request) {
          return !request.source().isTrunk();
        }

        @Override
        public String told(RouteRequest request, boolean holds) {
          return holds
              ? "the caller is no trunk"
              : "from a trunk to a trunk only if the route names it in from.trunks";
        }
      };

  /** Those of a route, the cheap and telling ones first. */
  static List<Condition> of(RouteConfig route, List<UserGroupConfig> groups) {
    RouteMatch match = route.match();
    List<Condition> all = new ArrayList<>(4);
    Pattern regex = match.regex();
    all.add(regex == null ? number(match.numbers()) : number(regex));
    RouteSource from = match.from();
    if (from.namesSenders()) {
      all.add(sender(from, groups));
    }
    if (!from.callers().isEmpty()) {
      all.add(caller(from.callers()));
    }
    if (!from.addresses().isEmpty()) {
      all.add(address(from.addresses()));
    }
    match.headers().forEach((name, value) -> all.add(header(name, value)));
    if (!match.times().isEmpty()) {
      all.add(time(match.times()));
    }
    if (route.action() instanceof RouteAction.ToTrunk && from.trunks().isEmpty()) {
      all.add(NOT_FROM_A_TRUNK);
    }
    return List.copyOf(all);
  }

  private static Condition number(List<NumberPattern> patterns) {
    String wanted = NumberPatterns.told(patterns);
    return new Condition() {
      @Override
      public boolean holds(RouteRequest request) {
        return NumberPatterns.anyMatches(patterns, request.user());
      }

      @Override
      public String told(RouteRequest request, boolean holds) {
        return "number %s is %s%s".formatted(request.user(), holds ? "" : "not ", wanted);
      }
    };
  }

  private static Condition number(Pattern regex) {
    return new Condition() {
      @Override
      public boolean holds(RouteRequest request) {
        return regex.matches(request.user());
      }

      @Override
      public String told(RouteRequest request, boolean holds) {
        return "number %s %s /%s/"
            .formatted(request.user(), holds ? "matches" : "does not match", regex);
      }
    };
  }

  private static Condition sender(RouteSource from, List<UserGroupConfig> groups) {
    List<UserGroupConfig> named =
        groups.stream().filter(group -> from.groups().contains(group.name())).toList();
    List<String> wanted = new ArrayList<>();
    if (!from.users().isEmpty()) {
      wanted.add("users " + NumberPatterns.told(from.users()));
    }
    if (!from.groups().isEmpty()) {
      wanted.add("groups " + String.join(", ", from.groups()));
    }
    if (!from.trunks().isEmpty()) {
      wanted.add("trunks " + String.join(", ", from.trunks()));
    }
    String told = String.join(" or ", wanted);
    return new Condition() {
      @Override
      public boolean holds(RouteRequest request) {
        String trunk = request.source().trunk();
        if (trunk != null) {
          return from.trunks().contains(trunk);
        }
        String user = Objects.requireNonNullElse(request.source().user(), "");
        return NumberPatterns.anyMatches(from.users(), user)
            || named.stream().anyMatch(group -> group.contains(user));
      }

      @Override
      public String told(RouteRequest request, boolean holds) {
        return "caller is %s, %s %s"
            .formatted(request.source().told(), holds ? "one of" : "none of", told);
      }
    };
  }

  private static Condition caller(List<NumberPattern> patterns) {
    String wanted = NumberPatterns.told(patterns);
    return new Condition() {
      @Override
      public boolean holds(RouteRequest request) {
        return NumberPatterns.anyMatches(patterns, request.source().caller().user());
      }

      @Override
      public String told(RouteRequest request, boolean holds) {
        return "From %s is %s%s"
            .formatted(request.source().caller().user(), holds ? "" : "not ", wanted);
      }
    };
  }

  private static Condition address(List<AddressRange> ranges) {
    String wanted = ranges.stream().map(AddressRange::toString).collect(Collectors.joining(", "));
    return new Condition() {
      @Override
      public boolean holds(RouteRequest request) {
        String address = request.source().address();
        return address != null && ranges.stream().anyMatch(range -> range.contains(address));
      }

      @Override
      public String told(RouteRequest request, boolean holds) {
        String address = request.source().address();
        return "source address %s is %s%s"
            .formatted(
                address == null ? "(not given)" : address, holds ? "in " : "not in ", wanted);
      }
    };
  }

  private static Condition header(String name, Pattern value) {
    return new Condition() {
      @Override
      public boolean holds(RouteRequest request) {
        return request.headers().values(name).stream().anyMatch(value::matches);
      }

      @Override
      public String told(RouteRequest request, boolean holds) {
        List<String> values = request.headers().values(name);
        return values.isEmpty()
            ? "there is no header " + name
            : "header %s: %s %s /%s/"
                .formatted(
                    name, String.join(" | ", values), holds ? "matches" : "does not match", value);
      }
    };
  }

  private static Condition time(List<TimeWindow> windows) {
    String wanted = windows.stream().map(TimeWindow::toString).collect(Collectors.joining(" or "));
    return new Condition() {
      @Override
      public boolean holds(RouteRequest request) {
        return windows.stream().anyMatch(window -> window.contains(request.at()));
      }

      @Override
      public String told(RouteRequest request, boolean holds) {
        String local =
            windows.stream()
                .map(window -> Times.told(request.at(), window.zone()))
                .distinct()
                .collect(Collectors.joining(", "));
        return "time %s is %s%s".formatted(local, holds ? "in " : "not in ", wanted);
      }
    };
  }
}
