package dev.tandem.gateway.browser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.gateway.pbx.Asterisk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * SIPp as a phone that speaks plain RTP with PCMU, and sends back what it hears. It is hung up on.
 */
final class EchoingSipp implements AutoCloseable {
  static final String HOST = "127.0.0.7";

  private static final String BEGIN =
      "<?xml version=\"1.0\" encoding=\"UTF-8\" ?>\n<scenario name=\"echo\">\n";

  private static final String SDP =
      """
      Content-Type: application/sdp
      Content-Length: [len]

      v=0
      o=pbx 1 1 IN IP4 [local_ip]
      s=-
      c=IN IP4 [media_ip]
      t=0 0
      m=audio [media_port] RTP/AVP 0
      a=rtpmap:0 PCMU/8000
      a=sendrecv
      """;
  private static final String NONE = "Content-Length: 0\n\n";

  private static final String ENDS =
      """
      <recv request="BYE"/>
      <send><![CDATA[
      SIP/2.0 200 OK
      [last_Via:]
      [last_From:]
      [last_To:]
      [last_Call-ID:]
      [last_CSeq:]
      Content-Length: 0

      ]]></send>
      </scenario>
      """;

  private final InetSocketAddress address = new InetSocketAddress(HOST, Asterisk.freePort(HOST));
  private final Path folder;
  private final List<Process> processes = new ArrayList<>();

  EchoingSipp(Path folder) {
    this.folder = folder;
  }

  InetSocketAddress address() {
    return address;
  }

  // Scenarios.

  private static String says(String first, String body) {
    return """
        <send><![CDATA[
        SIP/2.0 %s
        [last_Via:]
        [last_From:]
        [last_To:];tag=[pid]SIPp[call_number]
        [last_Call-ID:]
        [last_CSeq:]
        Contact: <sip:[local_ip]:[local_port];transport=[transport]>
        %s]]></send>
        """
        .formatted(first, body);
  }

  /** Answers at once. */
  static String answers() {
    return rings("");
  }

  /** Rings, and answers. */
  static String ringsAndAnswers() {
    return rings(says("180 Ringing", NONE) + "<pause milliseconds=\"300\"/>\n");
  }

  /** Is heard a while before it answers. */
  static String isHeardEarlyAndAnswers() {
    return rings(says("183 Session Progress", SDP) + "<pause milliseconds=\"1500\"/>\n");
  }

  /** Answers, is put on hold, and taken back. */
  static String answersAndIsHeld() {
    String change =
        """
        <recv request="INVITE"/>
        <send retrans="500"><![CDATA[
        SIP/2.0 200 OK
        [last_Via:]
        [last_From:]
        [last_To:]
        [last_Call-ID:]
        [last_CSeq:]
        Contact: <sip:[local_ip]:[local_port];transport=[transport]>
        %s]]></send>
        <recv request="ACK"/>
        """;
    return answered("")
        + change.formatted(SDP.replace("sendrecv", "recvonly"))
        + change.formatted(SDP)
        + ENDS;
  }

  /** Answers, and is told of keys by INFO. */
  static String answersAndIsToldOf(String keys) {
    StringBuilder told = new StringBuilder();
    for (char key : keys.toCharArray()) {
      told.append(
          """
          <recv request="INFO"><action>
            <ereg regexp="Signal=[%1$c]" search_in="body" check_it="true" assign_to="told"/>
          </action></recv>
          <send><![CDATA[
          SIP/2.0 200 OK
          [last_Via:]
          [last_From:]
          [last_To:]
          [last_Call-ID:]
          [last_CSeq:]
          Content-Length: 0

          ]]></send>
          """
              .formatted(key));
    }
    return answered("")
        + told
        + ENDS.replace("</scenario>", "<Reference variables=\"told\"/>\n</scenario>");
  }

  private static String rings(String before) {
    return answered(before) + ENDS;
  }

  private static String answered(String before) {
    return BEGIN
        + "<recv request=\"INVITE\"/>\n"
        + before
        + says("200 OK", SDP).replace("<send>", "<send retrans=\"500\">")
        + "<recv request=\"ACK\"/>\n";
  }

  /** Calls a user. */
  static String calls(String user, boolean offers) {
    return BEGIN
        + request("INVITE", "sip:" + user + "@tandem.example", 1, "", offers ? SDP : NONE)
        + "<recv response=\"100\" optional=\"true\"/>\n"
        + "<recv response=\"180\" optional=\"true\"/>\n"
        + "<recv response=\"200\" rrs=\"true\"/>\n"
        + request("ACK", "[next_url]", 1, "[peer_tag_param]", offers ? NONE : SDP)
            .replace(" retrans=\"500\"", "")
        + ENDS;
  }

  private static String request(String method, String uri, int number, String tag, String body) {
    return """
        <send retrans="500"><![CDATA[
        %1$s %2$s SIP/2.0
        Via: SIP/2.0/[transport] [local_ip]:[local_port];rport;branch=[branch]
        From: <sip:+4930123@pbx.example>;tag=[pid]SIPp[call_number]
        To: <sip:user@tandem.example>%4$s
        Call-ID: [call_id]
        CSeq: %3$d %1$s
        Max-Forwards: 70
        Contact: <sip:sipp@[local_ip]:[local_port];transport=[transport]>
        %5$s]]></send>
        """
        .formatted(method, uri, number, tag, body);
  }

  // What it does.

  /** Plays a scenario once. */
  void plays(String scenario, String transport, InetSocketAddress gateway) {
    try {
      Path file = Files.createTempFile(folder, "echo-", ".xml");
      Files.writeString(file, scenario);
      processes.add(
          new ProcessBuilder(
                  "sipp",
                  "-sf",
                  file.toString(),
                  "-t",
                  transport.equals("udp") ? "u1" : "t1",
                  "-i",
                  HOST,
                  "-p",
                  Integer.toString(address.getPort()),
                  "-mi",
                  HOST,
                  "-mp",
                  Integer.toString(evenPort()),
                  "-rtp_echo",
                  "-m",
                  "1",
                  "-nostdin",
                  "-skip_rlimit",
                  "-timeout",
                  "60s",
                  "-timeout_error",
                  "-trace_err",
                  "-error_file",
                  folder.resolve("sipp-errors").toString(),
                  gateway.getHostString() + ":" + gateway.getPort())
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("sipp-screen").toFile())
              .start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int evenPort() {
    return Asterisk.freePort(HOST) / 2 * 2;
  }

  /** Its call is over, and all went by the scenario. */
  void succeeds() throws Exception {
    Process last = processes.get(processes.size() - 1);
    assertThat(last.waitFor(20, TimeUnit.SECONDS)).as("SIPp ends").isTrue();
    Path errors = folder.resolve("sipp-errors");
    assertThat(last.exitValue())
        .as(() -> Files.exists(errors) ? read(errors) : read(folder.resolve("sipp-screen")))
        .isZero();
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }

  @Override
  public void close() {
    processes.forEach(Process::destroyForcibly);
    processes.forEach(process -> process.onExit().join());
  }
}
