package dev.tandem.gateway.registrar;

import dev.tandem.gateway.config.RegistrarConfig;
import dev.tandem.sip.message.Aor;
import dev.tandem.sip.time.Timers;
import dev.tandem.sip.transport.FlowId;
import dev.tandem.testkit.ManualClock;
import java.time.Duration;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Where is a user, and: here I still am. */
@State(Scope.Thread)
public class RegistrarBench {
  @Param({"100", "10000"})
  public int users;

  private final ManualClock clock = new ManualClock();
  private final Registrar registrar =
      new Registrar(
          new RegistrarConfig(
              Duration.ofSeconds(600), Duration.ofSeconds(60), Duration.ofSeconds(3600), 3),
          new Timers(clock, clock),
          RegistrarListener.NONE);
  private long cseq;

  @Setup
  public void prepare() {
    for (int i = 0; i < users; i++) {
      register(i);
    }
  }

  @TearDown
  public void close() {
    registrar.close();
  }

  private RegisterResult register(int user) {
    String contact = "<sip:t5k1r0qv@3kq1c8l5tm0f" + user + ".invalid;transport=ws>;expires=600";
    return registrar.register(
        new RegisterRequest(
            Aor.of("u" + user, "example.test"),
            "call-" + user,
            ++cseq,
            Contacts.parse(List.of(contact)),
            ContactSpec.NO_EXPIRES,
            List.of(),
            new FlowId(user),
            () -> true));
  }

  @Benchmark
  public List<Binding> lookUp() {
    return registrar.bindings(Aor.of("u" + (++cseq % users), "example.test"));
  }

  @Benchmark
  public RegisterResult refresh() {
    return register((int) (cseq % users));
  }
}
