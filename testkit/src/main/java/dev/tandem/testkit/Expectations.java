package dev.tandem.testkit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What a script expects of a phone's inbox; whatever fails shows the ladder. */
final class Expectations {
  private final PhoneEngine phone;

  Expectations(PhoneEngine phone) {
    this.phone = phone;
  }

  SipText next(String wanted, Predicate<SipText> matches) {
    SipText text = take(wanted);
    if (!matches.test(text)) {
      throw unexpected(wanted, text);
    }
    return text;
  }

  List<SipText> inAnyOrder(List<String> words) {
    String wanted = String.join(" and ", words);
    @Nullable SipText[] found = new SipText[words.size()];
    for (int i = 0; i < found.length; i++) {
      SipText text = take(wanted);
      int slot = freeSlot(words, found, text);
      if (slot < 0) {
        throw unexpected(wanted, text);
      }
      found[slot] = text;
    }
    List<SipText> list = new ArrayList<>();
    Arrays.stream(found).filter(text -> text != null).forEach(list::add);
    return list;
  }

  private static int freeSlot(List<String> words, @Nullable SipText[] found, SipText text) {
    String word = text.isRequest() ? text.method() : text.status() + " " + text.cseqMethod();
    for (int i = 0; i < found.length; i++) {
      if (found[i] == null && words.get(i).equals(word)) {
        return i;
      }
    }
    return -1;
  }

  void nothing(Duration time) {
    if (!phone.inbox.staysQuiet(time)) {
      throw unexpected("nothing", phone.inbox.all().get(0));
    }
  }

  private SipText take(String wanted) {
    Duration patience = phone.ladder.patience();
    SipText text = phone.inbox.take(patience);
    phone.ladder.failOnViolation();
    if (text == null) {
      throw phone.ladder.failure(
          "%s received nothing within %s, expected %s".formatted(phone.name, patience, wanted));
    }
    phone.taken(text);
    return text;
  }

  private AssertionError unexpected(String wanted, SipText text) {
    return phone.ladder.failure(
        "%s expected %s and received\n%s".formatted(phone.name, wanted, text));
  }
}
