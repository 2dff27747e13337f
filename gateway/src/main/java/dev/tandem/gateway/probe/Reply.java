package dev.tandem.gateway.probe;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What came to a request.
 *
 * @param responses all of them, in order
 * @param after how long the last one took
 * @param trouble what became of the connection, in words; null when nothing did
 * @param closedPort whether the peer's machine says that nobody listens there (ICMP)
 */
record Reply(
    List<PlainMessage> responses, Duration after, @Nullable String trouble, boolean closedPort) {
  Reply {
    responses = List.copyOf(responses);
  }

  /** The last one, if it is final; null otherwise. */
  @Nullable PlainMessage last() {
    PlainMessage last = responses.isEmpty() ? null : responses.get(responses.size() - 1);
    return last != null && last.status() >= 200 ? last : null;
  }

  /** The status of the final response, or 0. */
  int status() {
    PlainMessage last = last();
    return last == null ? 0 : last.status();
  }

  /** The last provisional response of that status or above; null when there is none. */
  @Nullable PlainMessage progress(int least) {
    PlainMessage found = null;
    for (PlainMessage response : responses) {
      if (response.status() >= least && response.status() < 200) {
        found = response;
      }
    }
    return found;
  }
}
