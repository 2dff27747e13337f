package dev.tandem.sip.transport.net;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.xnio.conduits.ConduitStreamSinkChannel;

/** Writes a {@link SendQueue} to a socket, several messages at once. Used on one I/O thread. */
final class StreamWriter {
  private static final int BATCH = 16;

  private final SendQueue queue;
  private final StreamPatience patience;
  private final ByteBuffer[] batch = new ByteBuffer[BATCH];

  StreamWriter(SendQueue queue, StreamPatience patience) {
    this.queue = queue;
    this.patience = patience;
  }

  /**
   * Writes until nothing is left or the socket takes no more; then the channel's write listener
   * will be called, and is to call this again.
   *
   * @return true when everything has left, TLS records included
   */
  boolean write(ConduitStreamSinkChannel channel) throws IOException {
    if (writeQueue(channel) && channel.flush()) {
      channel.suspendWrites();
      return true;
    }
    channel.resumeWrites();
    patience.awaitReader();
    return false;
  }

  private boolean writeQueue(ConduitStreamSinkChannel channel) throws IOException {
    for (int count = queue.peek(batch); count > 0; count = queue.peek(batch)) {
      if (channel.write(batch, 0, count) > 0) {
        patience.readerTook();
      }
      queue.dropWritten();
      boolean isBlocked = batch[count - 1].hasRemaining();
      Arrays.fill(batch, 0, count, null);
      if (isBlocked) {
        channel.flush(); // what TLS has wrapped so far
        return false;
      }
    }
    return true;
  }
}
