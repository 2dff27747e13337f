package dev.tandem.gateway.sip.header;

import dev.tandem.gateway.call.Header;
import dev.tandem.sip.stack.RawHeaders;
import gov.nist.javax.sip.message.SIPMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * By whom a call was diverted on its way here: Diversion (RFC 5806), the last diversion first, and
 * History-Info (RFC 7044), in the order of the targets. Both say the same, since no carrier knows
 * every dialect. Immutable.
 *
 * @param diversion header values, each one line
 * @param history the same
 * @param index of the last target in the history; empty before the first
 */
public record Diversions(List<String> diversion, List<String> history, String index) {
  public static final Diversions NONE = new Diversions(List.of(), List.of(), "");

  private static final String DIVERSION = "Diversion";
  private static final String HISTORY = "History-Info";
  private static final Pattern REASON =
      Pattern.compile(";\\s*reason\\s*=\\s*\"?([a-z-]+)", Pattern.CASE_INSENSITIVE);
  private static final Pattern CAUSE =
      Pattern.compile("^SIP\\s*;.*?cause\\s*=\\s*(\\d{3}).*", Pattern.CASE_INSENSITIVE);
  private static final Pattern INDEX =
      Pattern.compile(";\\s*index\\s*=\\s*(\\d++(?:\\.\\d++)*+)", Pattern.CASE_INSENSITIVE);

  /** The words of RFC 5806 §5; a peer's own word would not be understood further on. */
  private static final Set<String> WORDS =
      Set.of(
          "unknown",
          "user-busy",
          "no-answer",
          "unavailable",
          "unconditional",
          "time-of-day",
          "do-not-disturb",
          "deflection",
          "follow-me",
          "out-of-service",
          "away");

  public Diversions {
    diversion = List.copyOf(diversion);
    history = List.copyOf(history);
  }

  /** What a request tells; believe it only from a peer that is trusted. */
  public static Diversions received(byte[] request) {
    List<String> diversion = RawHeaders.values(request, DIVERSION, '\0');
    List<String> history = RawHeaders.values(request, HISTORY, '\0');
    if (diversion.isEmpty() && history.isEmpty()) {
      return NONE;
    }
    String last = "";
    for (String value : history) {
      Matcher found = INDEX.matcher(value);
      while (found.find()) {
        last = found.group(1);
      }
    }
    return new Diversions(diversion, history, last);
  }

  /**
   * A target has sent the call on.
   *
   * @param target a URI: who diverted it
   * @param status of its 3xx
   * @param told the headers of that, which may say why
   * @param next a URI: to whom
   */
  public Diversions by(String target, int status, List<Header> told, String next) {
    List<String> diverted = new ArrayList<>(diversion.size() + 1);
    diverted.add(ofPhone(target, told));
    diverted.addAll(diversion);
    List<String> targets = new ArrayList<>(history);
    String entry = "<" + target + ">;index=" + index + ";";
    int last = targets.size() - 1;
    String from = index;
    if (last >= 0 && !index.isEmpty() && targets.get(last).startsWith(entry)) {
      targets.set(last, moved(target, status) + targets.get(last).substring(target.length() + 2));
    } else {
      from = index.isEmpty() ? "1" : index + ".1";
      targets.add(moved(target, status) + ";index=" + from);
    }
    targets.add("<" + next + ">;index=" + from + ".1;mp=" + from);
    return new Diversions(diverted, targets, from + ".1");
  }

  /**
   * A 3xx of a user's phone has diverted a call that nobody here sends on: who did it is for us to
   * say, why is the phone's.
   *
   * @param phone a URI
   * @return the value of a Diversion
   */
  static String ofPhone(String phone, List<Header> told) {
    return "<" + phone + ">;reason=" + reason(told) + ";counter=1";
  }

  /** RFC 7044 §5: why it went on stands in the URI of the one who sent it on. */
  private static String moved(String target, int status) {
    return "<" + target + "?Reason=SIP%3Bcause%3D" + status + ">";
  }

  /** A bare 302 means that everything is diverted (RFC 7544 §3). */
  private static String reason(List<Header> told) {
    String reason = "unconditional";
    for (Header header : told) {
      Matcher word = REASON.matcher(header.value());
      Matcher cause = CAUSE.matcher(header.value());
      if (header.name().equalsIgnoreCase(DIVERSION) && word.find()) {
        String said = word.group(1).toLowerCase(Locale.ROOT);
        return WORDS.contains(said) ? said : "unknown";
      }
      if (header.name().equalsIgnoreCase("Reason") && cause.matches()) {
        reason =
            switch (cause.group(1)) {
              case "486", "600" -> "user-busy";
              case "408", "480" -> "no-answer";
              case "503" -> "unavailable";
              case "603" -> "do-not-disturb";
              default -> reason;
            };
      }
    }
    return reason;
  }

  public void apply(SIPMessage message) {
    diversion.forEach(value -> Payloads.add(message, DIVERSION, value));
    history.forEach(value -> Payloads.add(message, HISTORY, value));
  }
}
