package dev.tandem.gateway.sip.edge;

import dev.tandem.gateway.call.Header;
import gov.nist.javax.sip.header.SIPHeader;
import gov.nist.javax.sip.message.SIPResponse;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** What a PBX asks a client for, as the client gets it. */
public final class Challenges {
  private static final List<String> NAMES = List.of("WWW-Authenticate", "Proxy-Authenticate");
  private static final Pattern MD5 = Pattern.compile("algorithm=\"?md5\"?(?:[ ,]|$)");

  private Challenges() {}

  public static boolean isChallenge(int status) {
    return status == 401 || status == 407;
  }

  /** MD5 last: browsers' libraries look at the last challenge, and know nothing else. */
  public static List<Header> of(SIPResponse response) {
    List<Header> challenges = new ArrayList<>(2);
    for (String name : NAMES) {
      for (Iterator<?> i = response.getHeaders(name); i.hasNext(); ) {
        String value = ((SIPHeader) i.next()).getHeaderValue().trim();
        challenges.add(new Header(name, value));
      }
    }
    challenges.sort(Comparator.comparing(challenge -> isMd5(challenge.value())));
    return challenges;
  }

  private static boolean isMd5(String challenge) {
    String lower = challenge.toLowerCase(Locale.ROOT);
    return !lower.contains("algorithm=") || MD5.matcher(lower).find();
  }
}
