package dev.tandem.sip.transport.ws;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What one read causes is written once for each connection. */
class WriteBatchTest {
  private final WriteBatch batch = WriteBatch.ofThread();
  private final List<String> written = new ArrayList<>();
  private final Runnable alice = () -> written.add("alice");
  private final Runnable bob = () -> written.add("bob");

  @Test
  void whatIsReadTogetherIsWrittenTogether() {
    batch.begin();
    batch.write(alice);
    batch.write(bob);
    batch.write(alice);
    assertThat(written).isEmpty();
    batch.end();
    assertThat(written).containsExactly("alice", "bob");
  }

  @Test
  void whatNoReadCausedIsWrittenAtOnce() {
    batch.write(alice);
    batch.begin();
    batch.end();
    batch.write(alice);
    assertThat(written).containsExactly("alice", "alice");
  }

  @Test
  void afterAnEndNothingIsWrittenAgain() {
    batch.begin();
    batch.write(alice);
    batch.end();
    batch.begin();
    batch.end();
    assertThat(written).containsExactly("alice");
  }

  @Test
  void itDoesNotGrowWithoutEnd() {
    batch.begin();
    for (int i = 0; i < 200; i++) {
      int number = i;
      batch.write(() -> written.add("connection " + number));
    }
    assertThat(written).hasSize(200 - 64);
    batch.end();
    assertThat(written).hasSize(200);
  }
}
