package dev.tandem.gateway.trunk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.gateway.config.ConfigLoader;
import dev.tandem.gateway.config.file.InvalidConfigException;
import dev.tandem.gateway.config.value.PeerAddress;
import dev.tandem.sip.auth.DigestClient;
import dev.tandem.sip.time.Timers;
import dev.tandem.testkit.ManualClock;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;

/** Trunks on a clock that the test moves, with names that the test gives addresses. */
abstract class TrunkTest {
  static final Duration MINUTE = Duration.ofMinutes(1);

  final ManualClock clock = new ManualClock();
  final Timers timers = new Timers(clock, clock);
  final FakeTrunkClient client = new FakeTrunkClient();
  final List<String> told = new ArrayList<>();
  final Map<String, String> names = new HashMap<>();
  Trunks trunks;

  /** Trunks as an operator would write them. */
  final Trunks trunks(String yaml) {
    try {
      trunks =
          new Trunks(
              new ConfigLoader()
                  .parse(
                      "t.yaml",
                      "domain: tandem.example\nusers: [{user: a, password: b}]\ntrunks:\n" + yaml,
                      Path.of(""))
                  .trunks(),
              new Names(),
              timers,
              new Random(7),
              new Told());
    } catch (InvalidConfigException e) {
      throw new AssertionError(e);
    }
    return trunks;
  }

  final Trunk start(String yaml) {
    trunks(yaml).start(client);
    return trunks.all().get(0);
  }

  @AfterEach
  void nothingIsLeft() {
    if (trunks != null) {
      CompletableFuture<Void> left = trunks.leave();
      clock.advance(Duration.ofSeconds(2));
      assertThat(left).isDone();
      clock.advance(Duration.ofHours(2));
      assertThat(clock.pendingTasks()).isZero();
    }
  }

  /** Lets time pass until something is sent; how long that took. */
  final Duration untilSent(Duration longest) {
    int before = client.sent.size();
    Duration passed = Duration.ZERO;
    Duration step = Duration.ofMillis(100);
    while (client.sent.size() == before) {
      assertThat(passed).isLessThanOrEqualTo(longest);
      clock.advance(step);
      passed = passed.plus(step);
    }
    return passed;
  }

  private final class Names implements AddressLookup {
    @Override
    public CompletableFuture<List<InetSocketAddress>> find(PeerAddress peer) {
      String address = names.getOrDefault(peer.host(), peer.host());
      if (!Character.isDigit(address.charAt(0))) {
        return CompletableFuture.failedFuture(
            new UnknownHostException("the name " + peer.host() + " is not found"));
      }
      try {
        return CompletableFuture.completedFuture(
            List.of(new InetSocketAddress(InetAddress.getByName(address), peer.portOrDefault())));
      } catch (UnknownHostException e) {
        throw new AssertionError(e);
      }
    }

    @Override
    public void close() {}
  }

  private final class Told implements TrunkObserver {
    @Override
    public void cameUp(String trunk, String reason) {
      told.add(trunk + " up: " + reason);
    }

    @Override
    public void wentDown(String trunk, String reason) {
      told.add(trunk + " down: " + reason);
    }

    @Override
    public void registered(String trunk, String words) {
      told.add(trunk + " " + words);
    }

    @Override
    public void registrationFailed(String trunk, int status, String words) {
      told.add(trunk + " failed " + status + ": " + words.replaceAll("; next try .*", "; later"));
    }

    @Override
    public void challengeUnanswered(String trunk, DigestClient.Verdict why) {
      told.add(trunk + " challenge " + why);
    }
  }
}
