package dev.tandem.sip.stack;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.testkit.SampleMessages;
import org.junit.jupiter.api.Test;

/** Whatever comes: the quick reader says of it what JAIN-SIP's parser says. */
class PlainReaderTest {
  private final BothReaders readers = new BothReaders();

  @Test
  void samplesAreReadAlike() {
    for (byte[] sample : SampleMessages.all()) {
      assertThat(readers.agree(sample)).as(new String(sample, ISO_8859_1)).isTrue();
    }
  }
}
