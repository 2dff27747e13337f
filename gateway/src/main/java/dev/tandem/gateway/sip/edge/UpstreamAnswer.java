package dev.tandem.gateway.sip.edge;

import dev.tandem.gateway.call.Header;
import dev.tandem.gateway.sip.header.Payloads;
import dev.tandem.sip.stack.ClientTransaction;
import dev.tandem.sip.transport.FlowEnd;
import gov.nist.javax.sip.header.SIPHeader;
import gov.nist.javax.sip.message.SIPMessage;
import gov.nist.javax.sip.message.SIPResponse;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** What a PBX answers to a request that we pass on; told once, on the thread that brings it. */
final class UpstreamAnswer implements ClientTransaction.Listener {
  private static final List<String> OF_REFUSALS = List.of("Min-Expires", "Unsupported");

  private final Consumer<SIPResponse> accepted;
  private final Consumer<SIPResponse> refused;
  private final BiConsumer<Integer, String> unreachable;

  /**
   * Makes the listener.
   *
   * @param accepted hears a 2xx
   * @param refused hears any other final response
   * @param unreachable hears the status and reason to answer with when there is none
   */
  UpstreamAnswer(
      Consumer<SIPResponse> accepted,
      Consumer<SIPResponse> refused,
      BiConsumer<Integer, String> unreachable) {
    this.accepted = accepted;
    this.refused = refused;
    this.unreachable = unreachable;
  }

  @Override
  public void responded(SIPResponse response) {
    int status = response.getStatusCode();
    if (status >= 300) {
      refused.accept(response);
    } else if (status >= 200) {
      accepted.accept(response);
    }
  }

  @Override
  public void timedOut() {
    unreachable.accept(504, "PBX Does Not Answer");
  }

  @Override
  public void flowEnded(FlowEnd end) {
    unreachable.accept(503, "PBX Cannot Be Reached");
  }

  static String phrase(SIPResponse response) {
    String phrase = response.getReasonPhrase();
    return phrase == null ? "" : phrase;
  }

  /** What of a refusal is for the client. */
  static List<Header> said(SIPResponse response) {
    List<Header> headers = new ArrayList<>(Payloads.of(response).headers());
    OF_REFUSALS.forEach(name -> headers.addAll(values(response, name)));
    return headers;
  }

  static List<Header> values(SIPResponse response, String name) {
    List<Header> values = new ArrayList<>(1);
    for (Iterator<?> i = response.getHeaders(name); i.hasNext(); ) {
      values.add(new Header(name, ((SIPHeader) i.next()).getHeaderValue().trim()));
    }
    return values;
  }

  static void apply(List<Header> headers, SIPMessage message) {
    headers.forEach(header -> Payloads.add(message, header.name(), header.value()));
  }
}
