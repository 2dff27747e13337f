package dev.tandem.sip.dns;

import java.time.Duration;
import java.util.List;
import org.xbill.DNS.Record;

/**
 * What DNS says to one question, failures included, and for how long that may be believed.
 *
 * @param records of the type that was asked for, at the end of any aliases; empty unless FOUND
 * @param detail for people, of a failure
 */
record Answer(Kind kind, List<Record> records, Duration validFor, String detail) {

  /** What came of a question. */
  enum Kind {
    FOUND,
    NO_SUCH_NAME,
    NO_SUCH_RECORD,
    FAILED
  }

  static Answer found(List<Record> records, Duration validFor) {
    return new Answer(Kind.FOUND, List.copyOf(records), validFor, "");
  }

  static Answer none(Kind kind, Duration validFor) {
    return new Answer(kind, List.of(), validFor, "");
  }

  static Answer failed(String detail, Duration validFor) {
    return new Answer(Kind.FAILED, List.of(), validFor, detail);
  }

  boolean isFailure() {
    return kind == Kind.FAILED;
  }

  /** The same, as it looks through an alias that is valid for this long. */
  Answer within(Duration aliasValidFor) {
    return validFor.compareTo(aliasValidFor) <= 0
        ? this
        : new Answer(kind, records, aliasValidFor, detail);
  }
}
