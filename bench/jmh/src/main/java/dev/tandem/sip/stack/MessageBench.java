package dev.tandem.sip.stack;

import dev.tandem.sip.stack.plain.MessageWriter;
import dev.tandem.testkit.SampleMessages;
import gov.nist.core.CommonLogger;
import gov.nist.javax.sip.message.SIPMessage;
import java.util.Map;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Bytes to a message that deserves a transaction, and back. */
@State(Scope.Thread)
public class MessageBench {
  private static final Map<String, byte[]> MESSAGES =
      Map.of(
          "REGISTER", SampleMessages.REGISTER,
          "REGISTER-digest", SampleMessages.REGISTER_WITH_DIGEST,
          "INVITE", SampleMessages.INVITE,
          "180", SampleMessages.RINGING,
          "200", SampleMessages.ANSWER,
          "ACK", SampleMessages.ACK,
          "BYE", SampleMessages.BYE);

  @Param({"REGISTER", "REGISTER-digest", "INVITE", "180", "200", "ACK", "BYE"})
  public String message;

  private final MessageReader reader = new MessageReader(MessageLimits.DEFAULT, true);
  private final MessageReader jain = new MessageReader(MessageLimits.DEFAULT, false);
  private byte[] bytes;
  private SIPMessage read;

  @Setup
  public void prepare() throws BadMessage {
    CommonLogger.legacyLogger = new Slf4jStackLogger();
    bytes = MESSAGES.get(message);
    read = reader.read(bytes, true);
  }

  @Benchmark
  public SIPMessage parse() throws BadMessage {
    return reader.read(bytes, true);
  }

  @Benchmark
  public SIPMessage parseByJain() throws BadMessage {
    return jain.read(bytes, true);
  }

  @Benchmark
  public byte[] encode() {
    return MessageWriter.write(read, "WS");
  }

  @Benchmark
  public byte[] encodeByJain() {
    return read.encodeAsBytes("WS");
  }
}
