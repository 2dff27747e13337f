package dev.tandem.gateway.sip.identity;

import dev.tandem.sip.ua.MessageEdit;
import dev.tandem.sip.ua.ServerExchange;

/** Refuses requests: tells why first, then answers. */
public record Refusing(Refusals refusals) {

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
    request.respond(status, reason, edit);
  }
}
