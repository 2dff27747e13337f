package dev.tandem.sip.auth;

import dev.tandem.sip.time.Timers;
import dev.tandem.testkit.Digest;
import dev.tandem.testkit.ManualClock;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Who sent this? From the header's text to the verdict; the nonce count was seen before. */
@State(Scope.Thread)
public class DigestBench {
  private static final String REALM = "example.test";
  private static final long FLOW = 17;

  @Param({"MD5", "SHA-256"})
  public String algorithm;

  private final ManualClock clock = new ManualClock();
  private final Credentials alice = Credentials.ofPassword("alice", REALM, "secret");
  private final DigestAuthenticator server =
      new DigestAuthenticator(
          DigestSettings.of(REALM), (user, realm) -> alice, new Timers(clock, clock));
  private String authorization;

  @Setup
  public void prepare() {
    Digest.Challenge challenge =
        server.challenges(FLOW, false).stream()
            .map(Digest.Challenge::parse)
            .filter(c -> c.algorithm().equals(algorithm))
            .findFirst()
            .orElseThrow();
    authorization =
        Digest.authorization(challenge, "alice", "secret", "REGISTER", "sip:" + REALM, 1);
  }

  @Benchmark
  public DigestOutcome check() {
    return server.authenticate(
        new DigestRequest(
            "REGISTER", "sip:" + REALM, FLOW, List.of(AuthorizationValue.parse(authorization))));
  }

  @Benchmark
  public List<String> challenge() {
    return server.challenges(FLOW, false);
  }
}
