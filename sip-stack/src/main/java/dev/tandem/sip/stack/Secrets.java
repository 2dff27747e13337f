package dev.tandem.sip.stack;

import java.util.regex.Pattern;

/** Takes out of text about messages what may not be in a log: credentials and keys of media. */
final class Secrets {
  /** To the end of the line, for a header may have any form there that a stranger thinks of. */
  private static final Pattern CREDENTIALS =
      Pattern.compile("(?i)((?:proxy-)?authorization\\b[^\\r\\n:]{0,20}:?)[^\\r\\n]*");

  private static final Pattern RESPONSE = Pattern.compile("(?i)(response\\s*=)[^,\\r\\n]*");
  private static final Pattern TOKEN =
      Pattern.compile("(?i)((?:access_token=|bearer[ .]|jwt )\\s*)[^\\s;,&\"]+");
  private static final Pattern KEYS =
      Pattern.compile("(?i)(a=(?:crypto|key-mgmt|ice-pwd):|\\bk=|inline:)[^\\r\\n]*");

  private Secrets() {}

  static String masked(String text) {
    String safe = text;
    for (Pattern secret : new Pattern[] {CREDENTIALS, RESPONSE, TOKEN, KEYS}) {
      safe = secret.matcher(safe).replaceAll("$1***");
    }
    return safe;
  }
}
