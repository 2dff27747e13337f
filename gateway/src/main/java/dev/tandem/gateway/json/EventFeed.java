package dev.tandem.gateway.json;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a session says to a client that reads it by HTTP: it is asked for more, so that a client
 * which reads slowly has nothing queued for it. Read by one thread at a time.
 */
public interface EventFeed {

  /**
   * What was said since it was last asked, the oldest first; null when some of that is lost, so
   * that the client must resume.
   */
  @Nullable List<ToldFrame> next();

  /** Whether nothing will come any more. */
  boolean isOver();

  /** Nobody reads it any more. Idempotent. */
  void close();
}
