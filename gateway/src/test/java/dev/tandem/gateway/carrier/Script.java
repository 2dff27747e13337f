package dev.tandem.gateway.carrier;

import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * What one SIPp does, one verb a line, and the scenario of that. Whatever else comes fails its
 * call. A callee's answers go to the last request with that method, whatever came since; branches
 * and tags stay the same, so that a message that is sent twice is the same message.
 */
final class Script {
  private static final String SDP =
      """
      Content-Type: application/sdp
      Content-Length: [len]

      v=0
      o=sipp 1 1 IN IP4 [local_ip]
      s=-
      c=IN IP4 [local_ip]
      t=0 0
      m=audio 30000 RTP/AVP 0
      a=rtpmap:0 PCMU/8000
      """;
  private static final String OPTIONS_OR =
      "<recv request=\"OPTIONS\" optional=\"true\" next=\"options\"/>\n";
  private static final String OPTIONS_ANSWER =
      """
      <nop next="end"/>
      <label id="options"/>
      <send><![CDATA[
      SIP/2.0 200 Said By SIPp
      [last_Via:]
      [last_From:]
      [last_To:];tag=sipp
      [last_Call-ID:]
      [last_CSeq:]
      Content-Length: 0

      ]]></send>
      <label id="end"/>
      """;
  private static final String NO_SDP = "Content-Length: 0\n\n";
  private static final String OWN = "sipp";

  private final StringBuilder steps = new StringBuilder();
  private final Set<String> variables = new LinkedHashSet<>();
  private final StringBuilder actions = new StringBuilder();
  private String received = "";
  private final boolean calls;
  private final String called;
  private boolean acknowledged;
  private boolean once;
  private boolean answersOptions;
  private final Set<String> outside = new HashSet<>();
  private int cseq = 1;
  private int checks;

  private Script(boolean calls, String called) {
    this.calls = calls;
    this.called = called;
  }

  /** One that waits for an INVITE. */
  static Script callee() {
    return new Script(false, "");
  }

  /** One that calls. */
  static Script caller(String uri) {
    return new Script(true, uri);
  }

  /** What comes may be an OPTIONS instead of a call: it is answered with 200. */
  Script answersOptions() {
    answersOptions = true;
    return this;
  }

  // What comes.

  /** The ACK of a refusal comes next. */
  Script isRefused() {
    flush();
    received = "<recv request=\"ACK\"";
    return this;
  }

  /** The next message is this request. */
  Script receives(String method) {
    flush();
    received = "<recv request=\"%s\" rrs=\"true\"".formatted(method);
    if (method.equals("ACK")) {
      acknowledged = true;
    } else {
      if (!calls && !acknowledged) {
        outside.add(method);
      }
      for (String header : new String[] {"Via", "From", "To", "CSeq"}) {
        keeps(header, method + header);
      }
    }
    return this;
  }

  /** The next message is this response. */
  Script receives(int status) {
    flush();
    received = "<recv response=\"%d\" rrs=\"true\"".formatted(status);
    if (status >= 180) {
      keeps("To", "remote");
    }
    return this;
  }

  /** This response may come, once. */
  Script mayReceive(int status) {
    flush();
    received = "<recv response=\"%d\" optional=\"true\"".formatted(status);
    return this;
  }

  /** What was received last has such a header. */
  Script with(String header, String regularExpression) {
    String variable = "check" + ++checks;
    variables.add(variable);
    actions.append(
        "<ereg regexp=\"%s\" search_in=\"hdr\" header=\"%s:\" check_it=\"true\" assign_to=\"%s\"/>\n"
            .formatted(escaped(regularExpression), header, variable));
    return this;
  }

  /** What was received last has this anywhere. */
  Script saying(String regularExpression) {
    String variable = "check" + ++checks;
    variables.add(variable);
    actions.append(
        "<ereg regexp=\"%s\" search_in=\"msg\" check_it=\"true\" assign_to=\"%s\"/>\n"
            .formatted(escaped(regularExpression), variable));
    return this;
  }

  private void keeps(String header, String variable) {
    variables.add(variable);
    actions.append(
        "<ereg regexp=\".*\" search_in=\"hdr\" header=\"%s:\" assign_to=\"%s\"/>\n"
            .formatted(header, variable));
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("\"", "&quot;");
  }

  private void flush() {
    if (!received.isEmpty()) {
      steps.append(received).append(">\n");
      if (actions.length() > 0) {
        steps.append("<action>\n").append(actions).append("</action>\n");
      }
      steps.append("</recv>\n");
      received = "";
      actions.setLength(0);
    }
  }

  // What it says.

  /** What it says next it does not repeat, and goes on at once. */
  Script once() {
    once = true;
    return this;
  }

  /** Answers the last request with that method, without a session. */
  Script answers(String method, int status, String... headers) {
    return answer(method, status, NO_SDP, headers);
  }

  /** As {@link #answers}, with the description of its session. */
  Script describes(String method, int status, String... headers) {
    return answer(method, status, SDP, headers);
  }

  private Script answer(String method, int status, String body, String... headers) {
    String tag = outside.contains(method) ? ";tag=" + OWN : "";
    return sends(
        method.equals("INVITE") && status >= 200,
        """
        SIP/2.0 %1$d Said By SIPp
        Via:[$%2$sVia]
        From:[$%2$sFrom]
        To:[$%2$sTo]%3$s
        Call-ID: [call_id]
        CSeq:[$%2$sCSeq]
        %4$s"""
            .formatted(status, method, tag, more(body, headers)));
  }

  /** Calls with the description of its session. */
  Script invites(String... headers) {
    return invite(SDP, headers);
  }

  /** Calls without one: a late offer. */
  Script invitesWithoutSdp(String... headers) {
    return invite(NO_SDP, headers);
  }

  private Script invite(String body, String... headers) {
    return sends(true, request("INVITE", called, 1, "To: <" + called + ">", more(body, headers)));
  }

  /** Acknowledges the answer. */
  Script acknowledges() {
    return acknowledges(cseq);
  }

  /** Acknowledges the answer to the INVITE with this number, now or again. */
  Script acknowledges(int number) {
    return sends(false, request("ACK", "[next_url]", number, remote(), NO_SDP));
  }

  /** Acknowledges the answer, with the description of its session. */
  Script acknowledgesWithSdp() {
    return sends(false, request("ACK", "[next_url]", cseq, remote(), SDP));
  }

  /** Acknowledges a refusal of the call. */
  Script acknowledgesRefusal() {
    return sends(
        false,
        request("ACK", called, 1, remote(), NO_SDP)
            .replace("-1-ACK", "-1-INVITE")); // one transaction
  }

  /** A new request in the dialog. */
  Script asks(String method, String... headers) {
    cseq++;
    return asksAgain(method, headers);
  }

  /** The same request once more. */
  Script asksAgain(String method, String... headers) {
    String body = method.equals("INVITE") ? SDP : NO_SDP;
    return sends(true, request(method, "[next_url]", cseq, remote(), more(body, headers)));
  }

  private String remote() {
    return calls ? "To:[$remote]" : "To:[$INVITEFrom]";
  }

  private String request(String method, String uri, int number, String to, String rest) {
    return """
        %1$s %2$s SIP/2.0
        Via: SIP/2.0/[via] [local_ip]:[local_port];rport;branch=z9hG4bK-[pid]-[call_number]-%3$d-%1$s
        From:%4$s
        %5$s
        Call-ID: [call_id]
        CSeq: %3$d %1$s
        Max-Forwards: 70
        %6$s"""
        .formatted(
            method,
            uri,
            number,
            calls
                ? " \"Caller\" <sip:+4930123@carrier.example>;tag=" + OWN
                : "[$INVITETo];tag=" + OWN,
            to,
            rest);
  }

  private static String more(String body, String... headers) {
    StringBuilder text = new StringBuilder("Contact: <[contact]>\n");
    for (String header : headers) {
      if (header.startsWith("Contact:")) {
        text.setLength(0);
      }
      text.append(header).append('\n');
    }
    return text + body;
  }

  private Script sends(boolean repeats, String message) {
    flush();
    steps.append(repeats && !once ? "<send retrans=\"500\">" : "<send>");
    once = false;
    steps.append("<![CDATA[\n").append(message).append("]]></send>\n");
    return this;
  }

  Script waits(Duration time) {
    flush();
    steps.append("<pause milliseconds=\"%d\"/>\n".formatted(time.toMillis()));
    return this;
  }

  // Often used.

  /** Takes the call, and hangs up when the other side does. */
  Script takesTheCall() {
    return describes("INVITE", 200).receives("ACK").isHungUpOn();
  }

  Script isHungUpOn() {
    return receives("BYE").answers("BYE", 200);
  }

  /** The scenario. */
  String xml() {
    flush();
    String known =
        variables.isEmpty()
            ? ""
            : "<Reference variables=\"%s\"/>\n".formatted(String.join(",", variables));
    return "<?xml version=\"1.0\" encoding=\"UTF-8\" ?>\n<scenario name=\"tandem\">\n"
        + (answersOptions ? OPTIONS_OR + steps + OPTIONS_ANSWER : steps)
        + known
        + "</scenario>\n";
  }
}
