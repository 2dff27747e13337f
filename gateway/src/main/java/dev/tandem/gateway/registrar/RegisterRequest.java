package dev.tandem.gateway.registrar;

import dev.tandem.sip.message.Aor;
import dev.tandem.sip.transport.FlowId;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * What the registrar must know of a REGISTER that is authenticated and authorised for its AOR.
 *
 * @param aor from the To header
 * @param callId the Call-ID
 * @param cseq the number in CSeq
 * @param contacts from the Contact headers
 * @param expires the Expires header in seconds, or {@link ContactSpec#NO_EXPIRES}
 * @param path values of the Path headers, topmost first
 * @param mayDial user parts that its sender may call; a {@code *} at the end stands for any more
 * @param flow the flow it came on
 * @param flowIsOpen whether that flow is still open; must turn false before {@link
 *     Registrar#flowEnded} is called for it, as {@link dev.tandem.sip.transport.Flow#isOpen} does
 */
public record RegisterRequest(
    Aor aor,
    String callId,
    long cseq,
    Contacts contacts,
    long expires,
    List<String> path,
    List<String> mayDial,
    FlowId flow,
    BooleanSupplier flowIsOpen) {
  public RegisterRequest {
    path = List.copyOf(path);
    mayDial = List.copyOf(mayDial);
  }

  /** The same from a sender who may call everybody. */
  public RegisterRequest(
      Aor aor,
      String callId,
      long cseq,
      Contacts contacts,
      long expires,
      List<String> path,
      FlowId flow,
      BooleanSupplier flowIsOpen) {
    this(aor, callId, cseq, contacts, expires, path, EVERYBODY, flow, flowIsOpen);
  }

  private static final List<String> EVERYBODY = List.of("*");
}
