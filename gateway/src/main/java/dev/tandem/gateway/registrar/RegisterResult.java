package dev.tandem.gateway.registrar;

import java.util.List;

/** What to answer a REGISTER. */
public sealed interface RegisterResult {

  /**
   * 200.
   *
   * @param bindings all of the AOR, those of this request first
   * @param nowMillis the time that their remaining seconds are counted from
   * @param changes what this request did, for instance moved a device to another flow
   */
  record Registered(List<Binding> bindings, long nowMillis, List<RegistrarEvent> changes)
      implements RegisterResult {

    /** The values of the Contact headers of the 200 (RFC 3261 §10.3 step 8). */
    public List<String> contactValues() {
      return bindings.stream().map(binding -> binding.contactValue(nowMillis)).toList();
    }
  }

  /** 423 with this Min-Expires. */
  record IntervalTooBrief(long minExpiresSeconds) implements RegisterResult {}

  /** This status; nothing has changed. */
  record Rejected(int status, String reason) implements RegisterResult {}
}
