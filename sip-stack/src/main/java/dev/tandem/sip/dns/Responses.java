package dev.tandem.sip.dns;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;

/**
 * Reads the response of a recursive DNS server. Only records that the question leads to count;
 * whatever else a server adds is not looked at. Pure.
 */
final class Responses {
  /** Between what is not kept at all and what is kept too long for a change to be noticed. */
  static final Duration SHORTEST = Duration.ofSeconds(1);

  static final Duration LONGEST = Duration.ofHours(1);

  /** RFC 2308 §5 allows up to three hours; a trunk that was just set up should not wait. */
  static final Duration LONGEST_NEGATIVE = Duration.ofMinutes(5);

  /** For a negative answer that does not say: RFC 2308 §5 would not keep it at all. */
  static final Duration UNSAID_NEGATIVE = Duration.ofSeconds(5);

  private static final int MAX_ALIASES = 8;

  private Responses() {}

  /**
   * What a response says.
   *
   * @param answer null when it ends at an alias whose records must be asked for
   * @param alias where it ends then
   * @param validFor how long the aliases that led there may be believed
   */
  record Reading(@Nullable Answer answer, Name alias, Duration validFor) {}

  /** Whether another server may know better: this one does not want to, or cannot, answer. */
  static boolean isRefusal(Message response) {
    int code = response.getHeader().getRcode();
    return code != Rcode.NOERROR && code != Rcode.NXDOMAIN;
  }

  static Reading read(Message response, Name name, int type) {
    List<Record> section = response.getSection(Section.ANSWER);
    Name at = name;
    Duration valid = LONGEST;
    for (int i = 0; i <= MAX_ALIASES; i++) {
      List<Record> found = of(section, at, type);
      if (!found.isEmpty()) {
        Duration shortest = valid;
        for (Record record : found) {
          shortest = shorter(shortest, record.getTTL());
        }
        return done(Answer.found(found, atLeast(shortest)), at);
      }
      CNAMERecord alias = alias(section, at);
      if (alias == null) {
        break;
      }
      at = alias.getTarget();
      valid = shorter(valid, alias.getTTL());
    }
    if (response.getHeader().getRcode() == Rcode.NXDOMAIN) {
      return done(Answer.none(Answer.Kind.NO_SUCH_NAME, negative(response)), at);
    }
    if (!at.equals(name)) {
      return new Reading(null, at, atLeast(valid));
    }
    return done(Answer.none(Answer.Kind.NO_SUCH_RECORD, negative(response)), at);
  }

  private static Reading done(Answer answer, Name at) {
    return new Reading(answer, at, answer.validFor());
  }

  private static List<Record> of(List<Record> section, Name name, int type) {
    List<Record> found = new ArrayList<>(section.size());
    for (Record record : section) {
      if (record.getType() == type
          && record.getDClass() == DClass.IN
          && record.getName().equals(name)) {
        found.add(record);
      }
    }
    return found;
  }

  private static @Nullable CNAMERecord alias(List<Record> section, Name name) {
    for (Record record : section) {
      if (record instanceof CNAMERecord alias && alias.getName().equals(name)) {
        return alias;
      }
    }
    return null;
  }

  /** RFC 2308 §5: the lesser of the SOA's own TTL and its minimum. */
  private static Duration negative(Message response) {
    for (Record record : response.getSection(Section.AUTHORITY)) {
      if (record instanceof SOARecord soa) {
        return atLeast(shorter(shorter(LONGEST_NEGATIVE, soa.getTTL()), soa.getMinimum()));
      }
    }
    return UNSAID_NEGATIVE;
  }

  private static Duration shorter(Duration than, long seconds) {
    return seconds < than.toSeconds() ? Duration.ofSeconds(seconds) : than;
  }

  private static Duration atLeast(Duration valid) {
    return valid.compareTo(SHORTEST) < 0 ? SHORTEST : valid;
  }
}
