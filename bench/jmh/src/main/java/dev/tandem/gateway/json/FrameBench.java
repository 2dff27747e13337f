package dev.tandem.gateway.json;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tandem.testkit.SampleMessages;
import java.nio.charset.StandardCharsets;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** A call with a browser's offer as a JSON frame. */
@State(Scope.Thread)
public class FrameBench {
  private final byte[] bytes = frame();

  private static byte[] frame() {
    String invite = new String(SampleMessages.INVITE, StandardCharsets.US_ASCII);
    String sdp = invite.substring(invite.indexOf("\r\n\r\n") + 4).replace("\r\n", "\\r\\n");
    return ("{\"type\":\"call\",\"id\":\"1\",\"call\":\"c1\",\"to\":\"bob\",\"sdp\":\""
            + sdp
            + "\"}")
        .getBytes(StandardCharsets.US_ASCII);
  }

  @Benchmark
  public ObjectNode read() {
    return Frames.read(bytes);
  }
}
