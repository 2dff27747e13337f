package dev.tandem.gateway.sip.edge;

import dev.tandem.gateway.config.ForwardConfig;
import dev.tandem.gateway.config.ForwardConfig.Challenge;
import dev.tandem.gateway.registrar.Registrar;
import dev.tandem.gateway.sip.identity.LetIn;
import dev.tandem.gateway.trunk.Trunk;
import dev.tandem.gateway.trunk.Trunks;
import dev.tandem.sip.message.Aor;
import dev.tandem.sip.transport.Flow;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which users a PBX keeps, and which PBX. Immutable. */
public final class Homes implements LetIn {
  private final List<Home> homes = new ArrayList<>();
  private final Registrar registrar;

  /** Makes it of a configuration in which every trunk is known. */
  public Homes(List<ForwardConfig> forwards, Trunks trunks, Registrar registrar) {
    this.registrar = registrar;
    for (ForwardConfig forward : forwards) {
      Trunk trunk = trunks.find(forward.trunk());
      if (trunk == null) {
        throw new IllegalArgumentException("no trunk " + forward.trunk());
      }
      homes.add(new Home(forward, trunk));
    }
  }

  /** The PBX that keeps a user; null when we do. */
  public @Nullable Home of(Aor user) {
    for (Home home : homes) {
      if (home.config().isOf(user.user())) {
        return home;
      }
    }
    return null;
  }

  @Override
  public boolean isElsewhere(Aor user) {
    Home home = of(user);
    return home != null && home.config().challenge() == Challenge.PASS;
  }

  @Override
  public boolean isLetIn(Aor user, Flow flow) {
    return registrar.bindings(user).stream().anyMatch(binding -> binding.flow().equals(flow.id()));
  }
}
