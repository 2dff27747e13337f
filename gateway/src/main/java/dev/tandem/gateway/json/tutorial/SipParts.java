package dev.tandem.gateway.json.tutorial;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A SIP request as somebody who learns it writes it down, held against RFC 3261 §8.1.1. Every text
 * is one that this class only looks at.
 */
record SipParts(String method, String uri, Map<String, String> headers, String body) {
  private static final int MAX_HEADERS = 64;
  private static final String TOKEN = "[A-Za-z0-9.!%*_+`'~-]+";
  private static final Pattern METHOD = Pattern.compile(TOKEN);
  private static final Pattern URI = Pattern.compile("(?i)(sips?:[^\\s<>\"]+|tel:[+0-9*#().-].*)");
  private static final Pattern VIA =
      Pattern.compile("SIP\\s*/\\s*2\\.0\\s*/\\s*" + TOKEN + "\\s+[^\\s;]+(\\s*;.*)?");
  private static final Pattern BRANCH = Pattern.compile(";\\s*branch\\s*=\\s*([^;\\s]*)");
  private static final Pattern CSEQ = Pattern.compile("([0-9]{1,10})\\s+(" + TOKEN + ")");
  private static final Pattern TAG = Pattern.compile(";\\s*tag\\s*=");
  private static final List<String> NEEDED =
      List.of("To", "From", "CSeq", "Call-ID", "Max-Forwards", "Via");

  static SipParts of(JsonNode request) {
    Map<String, String> headers = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : request.path("headers").properties()) {
      if (headers.size() < MAX_HEADERS) {
        headers.put(entry.getKey(), entry.getValue().asText());
      }
    }
    return new SipParts(
        request.path("method").asText(),
        request.path("uri").asText(),
        headers,
        request.path("body").asText());
  }

  private @Nullable String header(String name) {
    for (Map.Entry<String, String> entry : headers.entrySet()) {
      if (entry.getKey().equalsIgnoreCase(name)) {
        return entry.getValue();
      }
    }
    return null;
  }

  /** What is wrong with it, each with the section that says so; empty when nothing is. */
  List<String> violations() {
    List<String> wrong = new ArrayList<>();
    if (!METHOD.matcher(method).matches()) {
      wrong.add("method: is no token (RFC 3261 §25.1)");
    } else if (!method.equals(method.toUpperCase(Locale.ROOT))) {
      wrong.add("method: methods have their case, and the known ones are upper (RFC 3261 §7.1)");
    }
    if (!URI.matcher(uri).matches()) {
      wrong.add("uri: is no sip, sips or tel URI (RFC 3261 §19.1)");
    }
    for (String name : NEEDED) {
      if (header(name) == null) {
        wrong.add(name + ": is missing (RFC 3261 §8.1.1)");
      }
    }
    headers.forEach(
        (name, value) -> {
          if (!METHOD.matcher(name).matches()) {
            wrong.add("headers: \"" + Diagnosis.shown(name) + "\" is no token (RFC 3261 §25.1)");
          }
          if (value.indexOf('\r') >= 0 || value.indexOf('\n') >= 0) {
            wrong.add(Diagnosis.shown(name) + ": has a line end (RFC 3261 §7.3.1)");
          }
        });
    via(wrong);
    sequence(wrong);
    rest(wrong);
    return wrong;
  }

  private void via(List<String> wrong) {
    String via = header("Via");
    if (via == null) {
      return;
    }
    if (!VIA.matcher(via).matches()) {
      wrong.add("Via: is not SIP/2.0/TRANSPORT host;parameters (RFC 3261 §20.42)");
    }
    Matcher branch = BRANCH.matcher(via);
    if (!branch.find()) {
      wrong.add("Via: has no branch (RFC 3261 §8.1.1.7)");
    } else if (!branch.group(1).startsWith("z9hG4bK")) {
      wrong.add("Via: its branch does not begin with z9hG4bK (RFC 3261 §8.1.1.7)");
    } else if (!METHOD.matcher(branch.group(1)).matches()) {
      wrong.add("Via: its branch is no token (RFC 3261 §25.1)");
    }
  }

  private void sequence(List<String> wrong) {
    String sequence = header("CSeq");
    if (sequence == null) {
      return;
    }
    Matcher parts = CSEQ.matcher(sequence.strip());
    if (!parts.matches() || Long.parseLong(parts.group(1)) > Integer.MAX_VALUE) {
      wrong.add("CSeq: is no number below 2^31 and a method (RFC 3261 §8.1.1.5)");
    } else if (!parts.group(2).equals(method)) {
      wrong.add("CSeq: has another method than the request (RFC 3261 §8.1.1.5)");
    }
  }

  private void rest(List<String> wrong) {
    String from = header("From");
    if (from != null && !TAG.matcher(from).find()) {
      wrong.add("From: has no tag (RFC 3261 §8.1.1.3)");
    }
    String hops = header("Max-Forwards");
    if (hops != null && !hops.strip().matches("[0-9]{1,3}")) {
      wrong.add("Max-Forwards: is no number from 0 to 255 (RFC 3261 §20.22)");
    }
    if (method.equals("INVITE") && header("Contact") == null) {
      wrong.add("Contact: is missing (RFC 3261 §8.1.1.8)");
    }
    String length = header("Content-Length");
    int bytes = body.getBytes(StandardCharsets.UTF_8).length;
    if (length != null && !length.strip().equals(Integer.toString(bytes))) {
      wrong.add("Content-Length: the body has " + bytes + " bytes (RFC 3261 §20.14)");
    }
    if (bytes > 0 && header("Content-Type") == null) {
      wrong.add("Content-Type: is missing, and there is a body (RFC 3261 §20.15)");
    }
  }

  /** The first line of what a server says to it. */
  String response(List<String> violations) {
    return violations.isEmpty() ? "SIP/2.0 200 OK" : "SIP/2.0 400 Bad Request";
  }
}
