package dev.tandem.gateway.registrar;

import dev.tandem.sip.message.SipUri;
import java.util.ArrayList;
import java.util.List;

/**
 * Splits Contact header values (RFC 3261 §20.10) without changing a character of them: JAIN-SIP's
 * parser gives the contacts back in words of its own. Strict about where a contact ends, for that
 * decides what is echoed; indifferent to parameters it does not know.
 */
final class ContactReader {
  private static final int MAX_CONTACT_LENGTH = 2048;
  private static final int MAX_INSTANCE_LENGTH = 256;
  private static final int MAX_PARAMETERS = 64;
  private static final long MAX_EXPIRES = 0xffff_ffffL;

  private final String value;
  private int at;

  // The contact being read, as positions in the value; negative where a parameter has not come yet.
  private int start;
  private int uriFrom;
  private int uriTo;
  private int expiresFrom;
  private int expiresTo;
  private long expires;
  private int instanceFrom;
  private int instanceTo;
  private int regId;
  private int q;

  private ContactReader(String value) {
    this.value = value;
  }

  static Contacts read(List<String> headerValues) {
    if (headerValues.isEmpty()) {
      return Contacts.NONE;
    }
    List<ContactSpec> contacts = new ArrayList<>(2);
    boolean wildcard = false;
    try {
      for (String headerValue : headerValues) {
        if (headerValue.strip().equals("*")) {
          wildcard = true;
        } else {
          new ContactReader(headerValue).readInto(contacts);
        }
      }
    } catch (MalformedException e) {
      return new Contacts.Malformed(e.reason);
    }
    if (!wildcard) {
      return new Contacts.Listed(contacts);
    }
    return contacts.isEmpty() && headerValues.size() == 1
        ? new Contacts.Wildcard()
        : new Contacts.Malformed("* stands beside another contact");
  }

  private void readInto(List<ContactSpec> contacts) throws MalformedException {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if ((c < ' ' && c != '\t') || c == 0x7f) {
        throw new MalformedException("a control character");
      }
    }
    do {
      if (contacts.size() == Contacts.MAX_CONTACTS) {
        throw new MalformedException("more than " + Contacts.MAX_CONTACTS + " contacts");
      }
      contacts.add(readContact());
    } while (skip(','));
    if (at < value.length()) {
      throw new MalformedException("no comma after a contact");
    }
  }

  private ContactSpec readContact() throws MalformedException {
    skipSpace();
    start = at;
    expiresFrom = -1;
    expires = ContactSpec.NO_EXPIRES;
    instanceFrom = -1;
    regId = 0;
    q = -1;
    readAddress();
    int end = at;
    int parameters = 0;
    while (true) {
      int semicolon = at;
      if (!skip(';')) {
        break;
      }
      if (++parameters > MAX_PARAMETERS) {
        throw new MalformedException("more than " + MAX_PARAMETERS + " parameters");
      }
      readParameter(semicolon);
      end = at;
    }
    if (end - start > MAX_CONTACT_LENGTH) {
      throw new MalformedException("longer than " + MAX_CONTACT_LENGTH + " characters");
    }
    return contact(end);
  }

  private ContactSpec contact(int end) throws MalformedException {
    if (SipUri.parse(value.substring(uriFrom, uriTo)) == null) {
      throw new MalformedException("not a SIP URI");
    }
    String text = value.substring(start, end);
    int instanceShift = start;
    if (expiresFrom >= 0) {
      text = value.substring(start, expiresFrom) + value.substring(expiresTo, end);
      instanceShift += instanceFrom > expiresFrom ? expiresTo - expiresFrom : 0;
    }
    boolean hasInstance = instanceFrom >= 0;
    return new ContactSpec(
        text,
        uriFrom - start,
        uriTo - start,
        hasInstance ? instanceFrom - instanceShift : -1,
        hasInstance ? instanceTo - instanceShift : -1,
        regId,
        q < 0 ? ContactSpec.MAX_Q : q,
        expires);
  }

  /** {@code "name" <uri>}, {@code name <uri>}, {@code <uri>} or a bare URI. */
  private void readAddress() throws MalformedException {
    if (at < value.length() && value.charAt(at) == '"') {
      skipQuoted();
      skipSpace();
      if (at == value.length() || value.charAt(at) != '<') {
        throw new MalformedException("no <URI> after a display name");
      }
    }
    int stop = at;
    while (stop < value.length() && "<,;\"".indexOf(value.charAt(stop)) < 0) {
      stop++;
    }
    if (stop < value.length() && value.charAt(stop) == '<') {
      uriFrom = stop + 1;
      uriTo = value.indexOf('>', uriFrom);
      if (uriTo < 0) {
        throw new MalformedException("a < is not closed");
      }
      at = uriTo + 1;
    } else {
      // Without brackets a comma, semicolon or question mark is not the URI's (RFC 3261 §20.10).
      uriFrom = at;
      uriTo = stop;
      while (uriTo > uriFrom && isSpace(value.charAt(uriTo - 1))) {
        uriTo--;
      }
      if (value.substring(uriFrom, uriTo).indexOf('?') >= 0) {
        throw new MalformedException("a URI with headers is not in brackets");
      }
      at = uriTo;
    }
  }

  private void readParameter(int semicolon) throws MalformedException {
    skipSpace();
    int from = at;
    while (at < value.length() && isNameCharacter(value.charAt(at))) {
      at++;
    }
    if (at == from) {
      throw new MalformedException("a parameter without a name");
    }
    String name = value.substring(from, at);
    int nameEnd = at;
    if (!skip('=')) {
      at = nameEnd;
      understand(name, semicolon, at, at);
      return;
    }
    skipSpace();
    if (at < value.length() && value.charAt(at) == '"') {
      int open = at;
      skipQuoted();
      understand(name, semicolon, open + 1, at - 1);
    } else {
      int valueFrom = at;
      while (at < value.length() && ",; \t\"".indexOf(value.charAt(at)) < 0) {
        at++;
      }
      understand(name, semicolon, valueFrom, at);
    }
  }

  private void understand(String name, int semicolon, int from, int to) throws MalformedException {
    if (name.equalsIgnoreCase("expires")) {
      refuseSecond(name, expiresFrom >= 0);
      expiresFrom = semicolon;
      expiresTo = at;
      expires = seconds(from, to);
    } else if (name.equalsIgnoreCase("q")) {
      refuseSecond(name, q >= 0);
      q = thousandths(value.substring(from, to));
    } else if (name.equalsIgnoreCase("+sip.instance")) {
      refuseSecond(name, instanceFrom >= 0);
      if (to == from || to - from > MAX_INSTANCE_LENGTH) {
        throw new MalformedException("+sip.instance is empty or too long");
      }
      instanceFrom = from;
      instanceTo = to;
    } else if (name.equalsIgnoreCase("reg-id")) {
      refuseSecond(name, regId != 0);
      long number = isNumber(from, to) && to - from <= 10 ? number(from, to) : 0;
      if (number < 1 || number > Integer.MAX_VALUE) {
        throw new MalformedException("reg-id is not from 1 to 2^31-1");
      }
      regId = (int) number;
    }
  }

  private static void refuseSecond(String name, boolean seen) throws MalformedException {
    if (seen) {
      throw new MalformedException(name + " occurs twice");
    }
  }

  /** A malformed time counts as none (RFC 3261 §20.10), one beyond 2^32-1 as that. */
  private long seconds(int from, int to) {
    if (!isNumber(from, to)) {
      return ContactSpec.NO_EXPIRES;
    }
    return to - from > 10 ? MAX_EXPIRES : Math.min(MAX_EXPIRES, number(from, to));
  }

  private static int thousandths(String text) throws MalformedException {
    // Digits beyond the three that the grammar has are cut off.
    if (!text.matches("0(\\.[0-9]*)?|1(\\.0*)?")) {
      throw new MalformedException("q is not from 0 to 1");
    }
    String digits = (text + (text.length() == 1 ? "." : "") + "000").substring(2, 5);
    return text.charAt(0) == '1' ? ContactSpec.MAX_Q : Integer.parseInt(digits);
  }

  private boolean isNumber(int from, int to) {
    for (int i = from; i < to; i++) {
      if (value.charAt(i) < '0' || value.charAt(i) > '9') {
        return false;
      }
    }
    return to > from;
  }

  private long number(int from, int to) {
    return Long.parseLong(value, from, to, 10);
  }

  private void skipQuoted() throws MalformedException {
    for (at++; at < value.length(); at++) {
      char c = value.charAt(at);
      if (c == '"') {
        at++;
        return;
      }
      if (c == '\\') {
        at++;
      }
    }
    throw new MalformedException("a quote is not closed");
  }

  /** Skips space and one separator; without the separator only the space. */
  private boolean skip(char separator) {
    skipSpace();
    if (at < value.length() && value.charAt(at) == separator) {
      at++;
      return true;
    }
    return false;
  }

  private void skipSpace() {
    while (at < value.length() && isSpace(value.charAt(at))) {
      at++;
    }
  }

  private static boolean isSpace(char c) {
    return c == ' ' || c == '\t';
  }

  private static boolean isNameCharacter(char c) {
    return c > ' ' && c < 0x7f && "=;,\"<>".indexOf(c) < 0;
  }

  /** Why the contacts cannot be understood; carries no stack trace. */
  private static final class MalformedException extends Exception {
    private final String reason;

    MalformedException(String reason) {
      super(reason, null, false, false);
      this.reason = reason;
    }
  }
}
