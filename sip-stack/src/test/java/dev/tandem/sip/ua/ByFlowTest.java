package dev.tandem.sip.ua;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.sip.transport.FlowId;
import java.util.concurrent.CyclicBarrier;
import org.junit.jupiter.api.Test;

class ByFlowTest {
  private static final int ROUNDS = 50_000;

  /** One leaves a flow in the very moment in which another enters it. */
  @Test
  void whoEntersWhileTheLastOneLeavesHearsOfTheEnd() throws Exception {
    FlowId flow = FlowId.next();
    ByFlow<Integer> members = new ByFlow<>();
    CyclicBarrier together = new CyclicBarrier(2);
    members.enter(0, flow);
    Thread leaving =
        new Thread(
            () -> {
              for (int i = 0; i < ROUNDS; i++) {
                await(together);
                members.leave(i, flow);
                await(together);
              }
            });
    leaving.start();
    int lost = 0;
    for (int i = 0; i < ROUNDS; i++) {
      await(together);
      members.enter(i + 1, flow);
      await(together);
      if (!members.on(flow).contains(i + 1)) {
        lost++;
        members.enter(i + 1, flow);
      }
    }
    leaving.join();
    assertThat(lost).isZero();
    assertThat(members.end(flow)).containsExactly(ROUNDS);
    assertThat(members.on(flow)).isEmpty();
  }

  private static void await(CyclicBarrier barrier) {
    try {
      barrier.await();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
