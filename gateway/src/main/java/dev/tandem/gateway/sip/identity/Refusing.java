package dev.tandem.gateway.sip.identity;

import dev.tandem.gateway.call.Cause;
import dev.tandem.gateway.call.Header;
import dev.tandem.gateway.call.Payload;
import dev.tandem.gateway.sip.header.Payloads;
import dev.tandem.sip.ua.MessageEdit;
import dev.tandem.sip.ua.ServerExchange;
import java.util.List;

/**
 * Refuses requests: tells why first, then answers.
 *
 * @param tellsCauses whether the answer has the cause in a header of our own
 */
public record Refusing(Refusals refusals, boolean tellsCauses) {
  /** What a refusal says of its cause, where it is a call that is refused. */
  public Payload told(String cause) {
    return tellsCauses
        ? new Payload(null, List.of(new Header(Cause.HEADER, cause)))
        : Payload.EMPTY;
  }

  public void refuse(ServerExchange request, int status, String reason, String cause) {
    refuse(request, status, reason, cause, MessageEdit.NONE);
  }

  public void refuse(
      ServerExchange request, int status, String reason, String cause, MessageEdit edit) {
    refusals.refused(
        request.method(),
        request.request().getFrom().getAddress().getURI().toString(),
        request.request().getRequestURI().toString(),
        status,
        cause);
    request.respond(
        status,
        reason,
        message -> {
          edit.apply(message);
          if (tellsCauses) {
            Payloads.add(message, Cause.HEADER, cause);
          }
        });
  }
}
