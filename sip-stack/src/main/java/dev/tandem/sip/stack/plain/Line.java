package dev.tandem.sip.stack.plain;

import gov.nist.core.Host;
import gov.nist.core.HostPort;
import gov.nist.core.NameValue;
import gov.nist.javax.sip.address.AddressImpl;
import gov.nist.javax.sip.address.SipUri;
import gov.nist.javax.sip.header.ParametersHeader;
import org.jspecify.annotations.Nullable;

/**
 * A place in one line of a message, which moves on as the line is read. What a method reads is in
 * the plain form, or the method says that it is not (false, null or a negative number) and the line
 * must be left to JAIN-SIP; where the place is then does not matter. Each method takes less than
 * JAIN-SIP's parser does, and makes of it what that makes.
 */
final class Line {
  private static final int MOST_DIGITS = 9;
  private static final int MOST_PORT_DIGITS = 5;
  private static final int MOST_PORT = 0xffff;

  private final byte[] bytes;
  private int at;
  private int end;

  Line(byte[] bytes) {
    this.bytes = bytes;
  }

  /** To the beginning of a line, or of a value in it. */
  void moveTo(int from, int to) {
    at = from;
    end = to;
  }

  void moveToEnd() {
    at = end;
  }

  boolean isAtEnd() {
    return at == end;
  }

  boolean skip(char c) {
    if (at < end && bytes[at] == c) {
      at++;
      return true;
    }
    return false;
  }

  void skipBlanks() {
    while (at < end && (bytes[at] == ' ' || bytes[at] == '\t')) {
      at++;
    }
  }

  /** Skips exactly this text. */
  boolean skip(byte[] text) {
    if (end - at < text.length) {
      return false;
    }
    for (int i = 0; i < text.length; i++) {
      if (bytes[at + i] != text[i]) {
        return false;
      }
    }
    at += text.length;
    return true;
  }

  private boolean isAt(char c) {
    return at < end && bytes[at] == c;
  }

  /** Where the run of such bytes ends that begins here. */
  private int runOf(int type) {
    int i = at;
    while (i < end && Bytes.is(bytes[i], type)) {
      i++;
    }
    return i;
  }

  /** A token that is expected again. */
  @Nullable String word() {
    int to = runOf(Bytes.TOKEN);
    if (to == at) {
      return null;
    }
    String word = Words.of(bytes, at, to);
    at = to;
    return word;
  }

  /** A number of up to nine digits, or negative. */
  int number() {
    int to = runOf(Bytes.DIGIT);
    if (to == at || to - at > MOST_DIGITS) {
      return -1;
    }
    int number = 0;
    for (int i = at; i < to; i++) {
      number = 10 * number + (bytes[i] - '0');
    }
    at = to;
    return number;
  }

  /** All that is left, if it has no blank and nothing that cannot be printed. */
  @Nullable String visibleRest() {
    return at < end && runOf(Bytes.VISIBLE) == end ? Words.text(bytes, at, end) : null;
  }

  /** All that is left, if it can be printed; expected again. */
  @Nullable String phrase() {
    return at < end && runOf(Bytes.VISIBLE | Bytes.QUOTED) == end ? Words.of(bytes, at, end) : null;
  }

  /** An address in angle brackets, with or without a display name. */
  @Nullable AddressImpl address() {
    AddressImpl address = new AddressImpl();
    if (!isAt('<')) {
      String name = isAt('"') ? quoted() : unquotedName();
      if (name == null) {
        return null;
      }
      address.setDisplayName(name.trim());
      skipBlanks();
    }
    if (!skip('<')) {
      return null;
    }
    SipUri uri = uri();
    if (uri == null || !skip('>')) {
      return null;
    }
    address.setAddressType(AddressImpl.NAME_ADDR);
    address.setURI(uri);
    return address;
  }

  /** What stands in quotes; no escapes. */
  private @Nullable String quoted() {
    at++;
    int to = runOf(Bytes.QUOTED);
    if (to == end || bytes[to] != '"') {
      return null;
    }
    String text = Words.text(bytes, at, to);
    at = to + 1;
    return text;
  }

  /** Tokens with blanks between them; JAIN-SIP sees a wildcard in a star. */
  private @Nullable String unquotedName() {
    int i = at;
    while (i < end && (Bytes.is(bytes[i], Bytes.TOKEN) || bytes[i] == ' ') && bytes[i] != '*') {
      i++;
    }
    if (i == at || i == end || bytes[i] != '<') {
      return null;
    }
    String name = Words.text(bytes, at, i);
    at = i;
    return name;
  }

  /** A SIP or SIPS URI without a password, escapes, headers and IPv6. */
  @Nullable SipUri uri() {
    SipUri uri = new SipUri();
    if (skip(Ascii.SIP)) {
      uri.setSecure(false);
    } else if (skip(Ascii.SIPS)) {
      uri.setSecure(true);
    } else {
      return null;
    }
    int userEnd = runOf(Bytes.USER);
    if (userEnd < end && bytes[userEnd] == '@') {
      if (userEnd == at) {
        return null;
      }
      uri.setUser(Words.text(bytes, at, userEnd));
      at = userEnd + 1;
    } else if (userEnd < end && bytes[userEnd] == ':' && isPassword(userEnd + 1)) {
      return null;
    }
    HostPort hostPort = hostPort();
    if (hostPort == null) {
      return null;
    }
    uri.setHostPort(hostPort);
    while (skip(';')) {
      NameValue parameter = uriParameter();
      if (parameter == null) {
        return null;
      }
      uri.setUriParameter(parameter);
    }
    return uri;
  }

  private boolean isPassword(int from) {
    int i = from;
    while (i < end && (Bytes.is(bytes[i], Bytes.PASSWORD) || bytes[i] == '%')) {
      i++;
    }
    return i < end && bytes[i] == '@';
  }

  private @Nullable NameValue uriParameter() {
    int nameEnd = runOf(Bytes.URI_PARAMETER);
    if (nameEnd == at) {
      return null;
    }
    String name = Words.of(bytes, at, nameEnd);
    at = nameEnd;
    if (!skip('=')) {
      return new NameValue(name, "", true);
    }
    int valueEnd = runOf(Bytes.URI_PARAMETER);
    String value = Words.of(bytes, at, valueEnd);
    at = valueEnd;
    return new NameValue(name, value, false);
  }

  /** A host that is a name or an IPv4 address, perhaps with a port. */
  @Nullable HostPort hostPort() {
    int hostEnd = runOf(Bytes.HOST);
    if (hostEnd == at) {
      return null;
    }
    HostPort hostPort = new HostPort();
    hostPort.setHost(new Host(Words.of(bytes, at, hostEnd)));
    at = hostEnd;
    if (skip(':')) {
      int from = at;
      int port = number();
      if (port < 0 || at - from > MOST_PORT_DIGITS || port > MOST_PORT) {
        return null;
      }
      hostPort.setPort(port);
    }
    return hostPort;
  }

  /** The parameters that follow, each behind a semicolon. */
  boolean parameters(ParametersHeader header) {
    while (skip(';')) {
      NameValue parameter = parameter();
      if (parameter == null) {
        return false;
      }
      header.setParameter(parameter);
    }
    return true;
  }

  /** A name with a token, a quoted text or nothing as its value. */
  @Nullable NameValue parameter() {
    String name = word();
    if (name == null) {
      return null;
    }
    if (!skip('=')) {
      return new NameValue(name, "", true);
    }
    if (isAt('"')) {
      String value = quoted();
      if (value == null) {
        return null;
      }
      NameValue parameter = new NameValue(name, value, false);
      parameter.setQuotedValue();
      return parameter;
    }
    String value = token();
    return value == null ? null : new NameValue(name, value, false);
  }

  /** A token that is not expected again. */
  @Nullable String token() {
    int to = runOf(Bytes.TOKEN);
    if (to == at) {
      return null;
    }
    String token = Words.text(bytes, at, to);
    at = to;
    return token;
  }
}
