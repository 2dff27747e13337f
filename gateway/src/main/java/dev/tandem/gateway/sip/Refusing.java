package dev.tandem.gateway.sip;

import dev.tandem.sip.ua.MessageEdit;
import dev.tandem.sip.ua.ServerExchange;

/** Refuses requests: tells why first, then answers. */
record Refusing(Refusals refusals) {

  void refuse(ServerExchange request, int status, String reason, String cause) {
    refuse(request, status, reason, cause, MessageEdit.NONE);
  }

  void refuse(ServerExchange request, int status, String reason, String cause, MessageEdit edit) {
    refusals.refused(
        request.method(),
        request.request().getFrom().getAddress().getURI().toString(),
        request.request().getRequestURI().toString(),
        status,
        cause);
    request.respond(status, reason, edit);
  }
}
