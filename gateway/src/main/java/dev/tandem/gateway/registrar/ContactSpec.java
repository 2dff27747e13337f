package dev.tandem.gateway.registrar;

import dev.tandem.sip.message.SipUri;
import org.jspecify.annotations.Nullable;

/**
 * One contact of a REGISTER. Holds one string and numbers, because there is one of these in memory
 * for every registered device.
 *
 * @param text exactly as received, but without its {@code expires} parameter, for the response says
 *     there what was granted
 * @param uriFrom where in the text the URI begins
 * @param uriTo where it ends
 * @param instanceFrom where the value of {@code +sip.instance} begins, inside its quotes; -1 when
 *     there is none (RFC 5626 §4.1)
 * @param instanceTo where it ends
 * @param regId RFC 5626 §4.2; 0 when there is none
 * @param q preference in thousandths, 0 to {@link #MAX_Q}, which is also what no q means
 * @param expires seconds; {@link #NO_EXPIRES} when there is none, or none that can be understood
 *     (RFC 3261 §20.10)
 */
public record ContactSpec(
    String text,
    int uriFrom,
    int uriTo,
    int instanceFrom,
    int instanceTo,
    int regId,
    int q,
    long expires) {
  public static final long NO_EXPIRES = -1;
  public static final int MAX_Q = 1000;

  /** The contact's URI as written; always a SIP or SIPS URI that {@link SipUri} can read. */
  public String uri() {
    return text.substring(uriFrom, uriTo);
  }

  /** What follows the address, beginning with its semicolon; empty when nothing does. */
  public String parameters() {
    boolean bracketed = uriTo < text.length() && text.charAt(uriTo) == '>';
    return text.substring(bracketed ? uriTo + 1 : uriTo);
  }

  /** The same with another time to live, in seconds. */
  public ContactSpec withExpires(long seconds) {
    return new ContactSpec(text, uriFrom, uriTo, instanceFrom, instanceTo, regId, q, seconds);
  }

  /** The value of {@code +sip.instance} without its quotes, or null. */
  public @Nullable String instance() {
    return hasInstance() ? text.substring(instanceFrom, instanceTo) : null;
  }

  /** The instance without its angle brackets, as a gruu names it (RFC 5627 §3.2), or null. */
  @Nullable String urn() {
    String instance = instance();
    return instance != null && instance.startsWith("<") && instance.endsWith(">")
        ? instance.substring(1, instance.length() - 1)
        : instance;
  }

  /** Whether this is the device of that instance, its angle brackets left out. */
  public boolean isOf(String urn) {
    return urn.equalsIgnoreCase(urn());
  }

  /** Whether the device says which one it is. */
  public boolean hasInstance() {
    return instanceFrom >= 0;
  }

  /**
   * Whether both are the same binding of the same device: same instance and same reg-id (RFC 5626
   * §6); or, where not both name an instance, an equivalent URI (RFC 3261 §10.3 step 7). An
   * instance without reg-id counts as reg-id 0, so that a reloaded page replaces its old binding.
   */
  boolean isSameBindingAs(ContactSpec other) {
    if (hasInstance() && other.hasInstance()) {
      return regId == other.regId && hasSameInstanceAs(other);
    }
    int length = uriTo - uriFrom;
    if (length == other.uriTo - other.uriFrom
        && text.regionMatches(uriFrom, other.text, other.uriFrom, length)) {
      return true;
    }
    SipUri ours = SipUri.parse(uri());
    SipUri theirs = SipUri.parse(other.uri());
    return ours != null && theirs != null && ours.isEquivalentTo(theirs);
  }

  /** Whether both name their device, and it is the same one (RFC 5626 §4.1). */
  public boolean isOfSameInstanceAs(ContactSpec other) {
    return hasInstance() && other.hasInstance() && hasSameInstanceAs(other);
  }

  /** URNs compare without regard to case, at least the UUIDs that everybody uses (RFC 9562 §4). */
  private boolean hasSameInstanceAs(ContactSpec other) {
    int length = instanceTo - instanceFrom;
    return length == other.instanceTo - other.instanceFrom
        && text.regionMatches(true, instanceFrom, other.text, other.instanceFrom, length);
  }
}
