package dev.tandem.gateway.event.mailbox;

import dev.tandem.gateway.event.Document;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a document about a mailbox says (RFC 3842 §5.2).
 *
 * @param fresh new voice messages
 */
public record MailboxSummary(boolean waiting, int fresh, int old) {
  private static final Pattern WAITING = Pattern.compile("(?im)^Messages-Waiting\\s*:\\s*yes\\s*$");
  private static final Pattern VOICE =
      Pattern.compile("(?im)^Voice-Message\\s*:\\s*([0-9]{1,9})/([0-9]{1,9})");

  public static MailboxSummary of(Document document) {
    String text = new String(document.bytes(), StandardCharsets.UTF_8);
    Matcher voice = VOICE.matcher(text);
    boolean counted = voice.find();
    return new MailboxSummary(
        WAITING.matcher(text).find(),
        counted ? Integer.parseInt(voice.group(1)) : 0,
        counted ? Integer.parseInt(voice.group(2)) : 0);
  }
}
