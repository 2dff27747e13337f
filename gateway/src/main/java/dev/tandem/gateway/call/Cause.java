package dev.tandem.gateway.call;

import java.util.ArrayList;
import java.util.List;

/**
 * Why something ended, as a status and as Reason header values (RFC 3326).
 *
 * @param status the SIP status that says it best; 200 for a normal hang-up
 * @param text for people and logs
 * @param reasons Reason header values, as received from the peer or as we state them; may be empty
 */
public record Cause(int status, String text, List<String> reasons) {
  public Cause {
    reasons = List.copyOf(reasons);
  }

  /** As the headers of a response. */
  public List<Header> headers() {
    List<Header> headers = new ArrayList<>(reasons.size());
    for (String reason : reasons) {
      headers.add(new Header("Reason", reason));
    }
    return List.copyOf(headers);
  }

  public static Cause of(int status, String text) {
    return new Cause(status, text, List.of());
  }

  public static Cause of(int status, String text, String reason) {
    return new Cause(status, text, List.of(reason));
  }
}
