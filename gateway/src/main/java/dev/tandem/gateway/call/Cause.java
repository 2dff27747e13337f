package dev.tandem.gateway.call;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Why something ended, as a status and as Reason header values (RFC 3326).
 *
 * @param status the SIP status that says it best; 200 for a normal hang-up
 * @param text for people and logs
 * @param reasons Reason header values, as received from the peer or as we state them; may be empty
 * @param word the same for programs, when it is ours and who is refused may know it
 */
public record Cause(int status, String text, List<String> reasons, @Nullable String word) {
  /** The header that has the word. */
  public static final String HEADER = "X-Tandem-Cause";

  public Cause {
    reasons = List.copyOf(reasons);
  }

  public Cause(int status, String text, List<String> reasons) {
    this(status, text, reasons, null);
  }

  /** As the headers of a response. */
  public List<Header> headers() {
    List<Header> headers = new ArrayList<>(reasons.size() + 1);
    for (String reason : reasons) {
      headers.add(new Header("Reason", reason));
    }
    if (word != null) {
      headers.add(new Header(HEADER, word));
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
