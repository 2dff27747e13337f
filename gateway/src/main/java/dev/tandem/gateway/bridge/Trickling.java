package dev.tandem.gateway.bridge;

import dev.tandem.gateway.call.Body;
import dev.tandem.gateway.call.Header;
import java.util.List;

/**
 * A leg that passes ICE candidates between its peer and the other side one by one, beside the
 * descriptions (RFC 8838). What crosses is what SIP has for it (RFC 8840 §9): a fragment of a
 * description that has all candidates since the description that they belong to. On the executor of
 * the leg's call.
 */
public interface Trickling {
  /** What fragments are. */
  String FRAGMENT = "application/trickle-ice-sdpfrag";

  /** Both the option tag and the Info Package (RFC 8840 §10). */
  String NAME = "trickle-ice";

  /** What messages say when candidates may come after them (RFC 8840 §4, RFC 6086 §5.2). */
  List<Header> ANNOUNCED = List.of(new Header("Supported", NAME), new Header("Recv-Info", NAME));

  /** Whether its peer takes candidates. */
  boolean takesCandidates();

  /** Candidates of the other side's. */
  void trickle(Body fragment);

  /** A branch that is to hear of its peer's candidates before there is an answer. */
  void heardBy(Trickling branch);
}
