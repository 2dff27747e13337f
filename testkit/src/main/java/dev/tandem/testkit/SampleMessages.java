package dev.tandem.testkit;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What clients really send, for tests and measurements of what reads and writes it. Of SIP.js 0.21,
 * JsSIP 3.13, a PBX and a proxy; the session descriptions are Chrome's and a PBX's.
 */
public final class SampleMessages {
  private static final String CHROME_SDP =
      """
      v=0
      o=- 4611731400430051336 2 IN IP4 127.0.0.1
      s=-
      t=0 0
      a=group:BUNDLE 0
      a=extmap-allow-mixed
      a=msid-semantic: WMS 6c6ab2e8-6b5e-4b0a-9d57-3c1ad2a3f0aa
      m=audio 50102 UDP/TLS/RTP/SAVPF 111 63 9 0 8 13 110 126
      c=IN IP4 192.0.2.7
      a=rtcp:9 IN IP4 0.0.0.0
      a=candidate:2187592430 1 udp 2122260223 192.0.2.7 50102 typ host generation 0 network-id 1
      a=candidate:842163049 1 udp 1686052607 198.51.100.3 50102 typ srflx raddr 192.0.2.7 rport 50102
      a=ice-ufrag:Kq3r
      a=ice-pwd:y8oZ0nLx1GmJ5c4rFZq2t6Yk
      a=ice-options:trickle
      a=fingerprint:sha-256 5A:9C:11:0E:7B:62:4F:90:D1:33:AE:58:0C:77:E9:21:4B:86:3D:F2:19:60:AA:5E:C8:07:91:BD:2F:64:E0:13
      a=setup:actpass
      a=mid:0
      a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level
      a=sendrecv
      a=rtcp-mux
      a=rtcp-rsize
      a=rtpmap:111 opus/48000/2
      a=rtcp-fb:111 transport-cc
      a=fmtp:111 minptime=10;useinbandfec=1
      a=rtpmap:63 red/48000/2
      a=rtpmap:9 G722/8000
      a=rtpmap:0 PCMU/8000
      a=rtpmap:8 PCMA/8000
      a=rtpmap:13 CN/8000
      a=rtpmap:110 telephone-event/48000
      a=rtpmap:126 telephone-event/8000
      a=ssrc:3735928559 cname:0ZbqR2vYpQn4xW1c
      """;

  private static final String PBX_SDP =
      """
      v=0
      o=pbx 271828182 1 IN IP4 192.0.2.20
      s=call
      c=IN IP4 192.0.2.20
      t=0 0
      m=audio 20100 RTP/AVP 8 0 101
      a=rtpmap:101 telephone-event/8000
      """;

  /** A REGISTER of SIP.js. */
  public static final byte[] REGISTER =
      message(
          """
          REGISTER sip:example.test SIP/2.0
          Via: SIP/2.0/WS 3kq1c8l5tm0f.invalid;branch=z9hG4bK5329871
          To: <sip:alice@example.test>
          From: "Alice" <sip:alice@example.test>;tag=b3ta0d1k7q
          CSeq: 2 REGISTER
          Call-ID: 9mgpr4sd0o2v6t4hu1ks5c
          Max-Forwards: 70
          Contact: <sip:t5k1r0qv@3kq1c8l5tm0f.invalid;transport=ws>;expires=600
          Allow: ACK,CANCEL,INVITE,MESSAGE,BYE,OPTIONS,INFO,NOTIFY,REFER
          Supported: outbound, path, gruu
          User-Agent: SIP.js/0.21.1
          """);

  /** The same after a challenge. */
  public static final byte[] REGISTER_WITH_DIGEST =
      message(
          """
          REGISTER sip:example.test SIP/2.0
          Via: SIP/2.0/WS 3kq1c8l5tm0f.invalid;branch=z9hG4bK5329872
          To: <sip:alice@example.test>
          From: "Alice" <sip:alice@example.test>;tag=b3ta0d1k7q
          CSeq: 3 REGISTER
          Call-ID: 9mgpr4sd0o2v6t4hu1ks5c
          Max-Forwards: 70
          Authorization: Digest algorithm=MD5, username="alice", realm="example.test", \
          nonce="1f0c8d2b9a7e46535fd2b1a09c3e7d84", uri="sip:example.test", \
          response="6629fae49393a05397450978507c4ef1", qop=auth, cnonce="0a4f113b8c2e", nc=00000001
          Contact: <sip:t5k1r0qv@3kq1c8l5tm0f.invalid;transport=ws>;expires=600
          Allow: ACK,CANCEL,INVITE,MESSAGE,BYE,OPTIONS,INFO,NOTIFY,REFER
          Supported: outbound, path, gruu
          User-Agent: SIP.js/0.21.1
          """);

  /** An INVITE of SIP.js with Chrome's offer. */
  public static final byte[] INVITE =
      message(
          """
          INVITE sip:bob@example.test SIP/2.0
          Via: SIP/2.0/WS 3kq1c8l5tm0f.invalid;branch=z9hG4bK7743021
          To: <sip:bob@example.test>
          From: "Alice" <sip:alice@example.test>;tag=3v7n4ki0pq
          CSeq: 1 INVITE
          Call-ID: 7tqm0v3b5fgk2n8d1a4c6e
          Max-Forwards: 70
          Contact: <sip:t5k1r0qv@3kq1c8l5tm0f.invalid;transport=ws;ob>
          Allow: ACK,CANCEL,INVITE,MESSAGE,BYE,OPTIONS,INFO,NOTIFY,REFER
          Supported: outbound
          User-Agent: SIP.js/0.21.1
          Content-Type: application/sdp
          """,
          CHROME_SDP);

  /** A 180 of SIP.js. */
  public static final byte[] RINGING =
      message(
          """
          SIP/2.0 180 Ringing
          Via: SIP/2.0/WS 192.0.2.1:8080;branch=z9hG4bKq0wd7f2k1l4m9x;rport
          To: <sip:bob@example.test>;tag=8r2k5t1v0m
          From: "Alice" <sip:alice@example.test>;tag=f4e7b1a90c3d
          Call-ID: 2b1c7f0e9d8a4f53b6e1
          CSeq: 1 INVITE
          Supported: outbound
          User-Agent: SIP.js/0.21.1
          Contact: <sip:m0v2k8tj@b9f3q1l7d5sz.invalid;transport=ws>
          """);

  /** A 200 of SIP.js with Chrome's answer. */
  public static final byte[] ANSWER =
      message(
          """
          SIP/2.0 200 OK
          Via: SIP/2.0/WS 192.0.2.1:8080;branch=z9hG4bKq0wd7f2k1l4m9x;rport
          To: <sip:bob@example.test>;tag=8r2k5t1v0m
          From: "Alice" <sip:alice@example.test>;tag=f4e7b1a90c3d
          Call-ID: 2b1c7f0e9d8a4f53b6e1
          CSeq: 1 INVITE
          Supported: outbound
          User-Agent: SIP.js/0.21.1
          Contact: <sip:m0v2k8tj@b9f3q1l7d5sz.invalid;transport=ws>
          Allow: ACK,BYE,CANCEL,INFO,INVITE,MESSAGE,NOTIFY,OPTIONS,PRACK,REFER,REGISTER,SUBSCRIBE
          Content-Type: application/sdp
          """,
          CHROME_SDP);

  /** The ACK of SIP.js for that. */
  public static final byte[] ACK =
      message(
          """
          ACK sip:tandem@192.0.2.1:8080;transport=ws SIP/2.0
          Via: SIP/2.0/WS 3kq1c8l5tm0f.invalid;branch=z9hG4bK2209113
          To: <sip:bob@example.test>;tag=c0ffee12
          From: "Alice" <sip:alice@example.test>;tag=3v7n4ki0pq
          Call-ID: 7tqm0v3b5fgk2n8d1a4c6e
          CSeq: 1 ACK
          Max-Forwards: 70
          Supported: outbound
          User-Agent: SIP.js/0.21.1
          """);

  /** A BYE of SIP.js. */
  public static final byte[] BYE =
      message(
          """
          BYE sip:tandem@192.0.2.1:8080;transport=ws SIP/2.0
          Via: SIP/2.0/WS 3kq1c8l5tm0f.invalid;branch=z9hG4bK9034471
          To: <sip:bob@example.test>;tag=c0ffee12
          From: "Alice" <sip:alice@example.test>;tag=3v7n4ki0pq
          CSeq: 2 BYE
          Call-ID: 7tqm0v3b5fgk2n8d1a4c6e
          Max-Forwards: 70
          Supported: outbound
          User-Agent: SIP.js/0.21.1
          """);

  private static final List<byte[]> OTHERS =
      List.of(
          message(
              """
              INVITE sip:+15550100@example.test;user=phone SIP/2.0
              Via: SIP/2.0/WSS qk3d8s0v1m.invalid;branch=z9hG4bK4417709
              Max-Forwards: 69
              To: <sip:+15550100@example.test;user=phone>
              From: "Carol C." <sip:carol@example.test>;tag=o7c1a5u3s2
              Call-ID: c4h8k2m6p0q1
              CSeq: 7211 INVITE
              Contact: <sip:7dn2k1f9@qk3d8s0v1m.invalid;transport=wss;ob>
              Content-Type: application/sdp
              Session-Expires: 90
              Allow: INVITE,ACK,CANCEL,BYE,UPDATE,MESSAGE,OPTIONS,REFER,INFO,NOTIFY
              Supported: timer,ice,replaces,outbound
              User-Agent: JsSIP 3.13.8
              """,
              CHROME_SDP),
          message(
              """
              REGISTER sip:example.test SIP/2.0
              Via: SIP/2.0/WSS qk3d8s0v1m.invalid;branch=z9hG4bK6120393
              Max-Forwards: 69
              To: <sip:carol@example.test>
              From: "Carol C." <sip:carol@example.test>;tag=l9q2m7r4d1
              Call-ID: r8n3v5x0t2w6
              CSeq: 44 REGISTER
              Expires: 600
              Contact: <sip:7dn2k1f9@qk3d8s0v1m.invalid;transport=wss>;+sip.ice;reg-id=1;\
              +sip.instance="<urn:uuid:4f0c7a1e-58d2-4f0b-9a4e-2d7c6b1e8f90>";expires=600
              Allow: INVITE,ACK,CANCEL,BYE,UPDATE,MESSAGE,OPTIONS,REFER,INFO,NOTIFY
              Supported: path,gruu,outbound
              User-Agent: JsSIP 3.13.8
              """),
          message(
              """
              INVITE sip:alice@192.0.2.1:5060 SIP/2.0
              Record-Route: <sip:203.0.113.5;lr;ftag=as7>
              Via: SIP/2.0/UDP 203.0.113.5:5060;branch=z9hG4bK3a91.f0c2;i=1
              Via: SIP/2.0/UDP 192.0.2.20:5060;received=192.0.2.20;rport=5060;branch=z9hG4bK1c0a77
              From: <sip:+15550123@192.0.2.20>;tag=as5c1d2e3f
              To: <sip:alice@192.0.2.1>
              Call-ID: 5d1a90c2@192.0.2.20:5060
              CSeq: 102 INVITE
              Max-Forwards: 69
              User-Agent: Testkit PBX 1.2 (trunk)
              Allow: INVITE, ACK, CANCEL, OPTIONS, BYE, REFER, SUBSCRIBE, NOTIFY, INFO, UPDATE
              Supported: replaces, timer
              P-Asserted-Identity: "Desk" <sip:+15550123@192.0.2.20>
              Contact: <sip:+15550123@192.0.2.20:5060>
              Content-Type: application/sdp
              """,
              PBX_SDP),
          message(
              """
              SIP/2.0 183 Session Progress
              v: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bKabc;rport=5060;received=192.0.2.9
              Record-Route: <sip:203.0.113.5;lr>, <sip:203.0.113.6:5080;transport=tcp;lr=on>
              f: sip:alice@example.test;tag=1
              t: "Bob \\"the\\" Builder" <sip:bob@example.test>;tag=2
              i: x
              CSeq: 1 INVITE
              RSeq: 8021
              Require: 100rel
              m: <sip:bob@[2001:db8::7]:5060;transport=tcp>
              c: application/sdp
              """,
              PBX_SDP),
          message(
              """
              PRACK sip:bob@192.0.2.20:5060 SIP/2.0
              Via: SIP/2.0/TCP 192.0.2.1;branch=z9hG4bKprack1
              From: <sip:alice@example.test>;tag=1
              To: <sip:bob@example.test>;tag=2
              Call-ID: x
              CSeq: 2 PRACK
              RAck: 8021 1 INVITE
              Max-Forwards: 70
              Route: <sip:203.0.113.6:5080;transport=tcp;lr=on>,<sip:203.0.113.5;lr>
              Proxy-Authorization: Digest username="t",realm="r",nonce="n",uri="sip:x",response="0"
              """),
          message(
              """
              SUBSCRIBE sips:carol@example.test SIP/2.0
              Via: SIP/2.0/WSS qk3d8s0v1m.invalid;branch=z9hG4bK881
              Max-Forwards: 70
              To: <sips:carol@example.test>
              From: <sips:alice@example.test>;tag=s1
              Call-ID: sub1
              CSeq: 1 SUBSCRIBE
              Event: presence
              Expires: 3600
              Accept: application/pidf+xml
              Contact: <sips:t5k1r0qv@qk3d8s0v1m.invalid;transport=wss>
              """),
          message(
              """
              REFER sip:tandem@192.0.2.1:8080;transport=ws SIP/2.0
              Via: SIP/2.0/WS 3kq1c8l5tm0f.invalid;branch=z9hG4bK9
              To: <sip:bob@example.test>;tag=c0ffee12
              From: <sip:alice@example.test>;tag=3v7n4ki0pq
              Call-ID: 7tqm0v3b5fgk2n8d1a4c6e
              CSeq: 4 REFER
              Max-Forwards: 70
              Refer-To: <sip:carol@example.test?Replaces=abc%3Bto-tag%3D1%3Bfrom-tag%3D2>
              Referred-By: <sip:alice@example.test>
              Contact: "Alice" <sip:alice@3kq1c8l5tm0f.invalid;transport=ws>;+sip.ice
              X-Trace: a;b="c,d" (e)
              """),
          message(
              """
              REGISTER sip:example.test SIP/2.0
              Via: SIP/2.0/WS 3kq1c8l5tm0f.invalid;branch=z9hG4bK10
              To: <sip:alice@example.test>
              From: <sip:alice@example.test>;tag=3v7n4ki0pq
              Call-ID: 7tqm0v3b5fgk2n8d1a4c6e
              CSeq: 45 REGISTER
              Contact: *
              Expires: 0
              """));

  private SampleMessages() {}

  /** All of them, and more kinds. */
  public static List<byte[]> all() {
    List<byte[]> all = new ArrayList<>(OTHERS);
    all.addAll(List.of(REGISTER, REGISTER_WITH_DIGEST, INVITE, RINGING, ANSWER, ACK, BYE));
    return List.copyOf(all);
  }

  private static byte[] message(String headers) {
    return message(headers, "");
  }

  private static byte[] message(String headers, String body) {
    String lines = body.replace("\n", "\r\n");
    String text =
        headers.replace("\n", "\r\n") + "Content-Length: " + lines.length() + "\r\n\r\n" + lines;
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
