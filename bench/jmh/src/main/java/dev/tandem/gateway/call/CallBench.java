package dev.tandem.gateway.call;

import java.time.Duration;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** A whole call as a value: five steps from the INVITE to the BYE. */
@State(Scope.Thread)
public class CallBench {
  private static final LegId CALLEE = new LegId(1);

  private final CallSettings settings =
      new CallSettings(Duration.ofSeconds(60), Duration.ofHours(4));
  private final Payload sdp =
      new Payload(new Body("application/sdp", "v=0\r\n".getBytes()), List.of());

  @Benchmark
  public Call steps() {
    return Call.start(settings, sdp, PeerFeatures.NONE, 1, 42)
        .call()
        .on(new CallEvent.CalleeProgressed(CALLEE, 180, "Ringing", Payload.EMPTY))
        .call()
        .on(new CallEvent.CalleeAnswered(CALLEE, sdp, PeerFeatures.NONE))
        .call()
        .on(new CallEvent.CallerAcked(Payload.EMPTY))
        .call()
        .on(new CallEvent.HungUp(LegId.CALLER, Cause.of(200, "OK")))
        .call();
  }
}
