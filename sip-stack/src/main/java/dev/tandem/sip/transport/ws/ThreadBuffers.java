package dev.tandem.sip.transport.ws;

import java.nio.ByteBuffer;

/**
 * Two direct buffers for each thread that reads or writes sockets: nothing is kept in them between
 * two calls, so they need no pool and no lock. (Undertow's pool takes a lock of all threads for
 * each buffer.) Reading may lead to writing, to another connection too; never the other way round.
 */
final class ThreadBuffers {
  static final int BYTES = 16 * 1024;

  private static final ThreadLocal<ByteBuffer> READING =
      ThreadLocal.withInitial(() -> ByteBuffer.allocateDirect(BYTES));
  private static final ThreadLocal<ByteBuffer> WRITING =
      ThreadLocal.withInitial(() -> ByteBuffer.allocateDirect(BYTES));

  private ThreadBuffers() {}

  static ByteBuffer forReading() {
    return READING.get().clear();
  }

  static ByteBuffer forWriting() {
    return WRITING.get().clear();
  }
}
