package dev.tandem.gateway.config;

import dev.tandem.gateway.config.file.Spelling;
import dev.tandem.gateway.config.user.Users;
import dev.tandem.gateway.config.value.ConfigException.Fault;
import dev.tandem.gateway.config.value.UserPattern;
import java.util.List;
import java.util.Set;

/** What forwarded registrations must fit to: trunks that there are, and users' passwords. */
final class Forwards {
  private Forwards() {}

  static void check(
      List<ForwardConfig> forwards,
      Set<String> trunks,
      AuthConfig auth,
      Users users,
      List<Fault> faults) {
    for (int i = 0; i < forwards.size(); i++) {
      ForwardConfig forward = forwards.get(i);
      String key = "registrar.forward[%d]".formatted(i);
      if (!trunks.contains(forward.trunk())) {
        faults.add(
            new Fault(
                key + ".trunk",
                "was \""
                    + forward.trunk()
                    + "\", which is no trunk"
                    + (trunks.isEmpty()
                        ? "; there are no trunks"
                        : Spelling.suggest(forward.trunk(), trunks))));
      }
      if (forward.challenge() == ForwardConfig.Challenge.ANSWER) {
        checkPasswords(key, forward, auth, users, faults);
      }
    }
  }

  private static void checkPasswords(
      String key, ForwardConfig forward, AuthConfig auth, Users users, List<Fault> faults) {
    if (!auth.enabled()) {
      faults.add(
          new Fault(
              key + ".challenge",
              "was \"answer\" while auth.enabled is false: anybody could call as anybody"));
    }
    for (UserPattern pattern : forward.users()) {
      boolean known =
          pattern.prefix()
              || users.find(pattern.name()).map(user -> user.password() != null).orElse(false);
      if (!known) {
        faults.add(
            new Fault(
                key + ".users",
                "has \""
                    + pattern
                    + "\", who has no password in users, expected one to answer the PBX with"));
      }
    }
  }
}
