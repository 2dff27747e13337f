package dev.tandem.gateway.routing;

import java.util.List;

/**
 * How a decision came about: what was looked at in which order, and what would be sent.
 *
 * @param steps in the order of the engine
 * @param legs where the request would go, the first attempt first; empty for a refusal
 */
public record Explanation(
    RouteRequest asked, List<Step> steps, RouteDecision decision, List<Leg> legs) {

  /**
   * One thing that was looked at.
   *
   * @param subject such as {@code users} or {@code route night}
   * @param taken whether it let the request on, or took it
   * @param notes why, at least one
   */
  public record Step(String subject, boolean taken, List<String> notes) {
    public Step {
      notes = List.copyOf(notes);
    }
  }

  /**
   * One request that would be sent.
   *
   * @param to such as {@code trunk pbx} or {@code user bob}
   * @param uri its Request-URI
   */
  public record Leg(String to, String uri, List<Change> changes) {
    public Leg {
      changes = List.copyOf(changes);
    }
  }

  /**
   * What is different in it, or is not.
   *
   * @param what {@code number} or a header
   * @param before empty when there was nothing
   * @param after empty when there is nothing
   */
  public record Change(String what, String before, String after) {}

  public Explanation {
    steps = List.copyOf(steps);
    legs = List.copyOf(legs);
  }
}
