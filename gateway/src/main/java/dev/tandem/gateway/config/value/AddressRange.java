package dev.tandem.gateway.config.value;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** IP addresses with a common beginning: {@code 10.0.0.0/8}, {@code ::1}, {@code 127.0.0.1}. */
public record AddressRange(InetAddress address, int prefixLength) {
  private static final Pattern WRITTEN =
      Pattern.compile("(\\d{1,3}(?:\\.\\d{1,3}){3}|[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*)(?:/(\\d{1,3}))?");

  public static AddressRange parse(String text) {
    Matcher matcher = WRITTEN.matcher(text);
    if (matcher.matches()) {
      try {
        // A literal: never asks DNS.
        InetAddress address = InetAddress.getByName(matcher.group(1));
        int bits = address.getAddress().length * 8;
        int length = matcher.group(2) == null ? bits : Integer.parseInt(matcher.group(2));
        if (length <= bits) {
          return new AddressRange(address, length);
        }
      } catch (UnknownHostException notAnAddress) {
        throw new IllegalArgumentException(EXPECTED, notAnAddress);
      }
    }
    throw new IllegalArgumentException(EXPECTED);
  }

  /**
   * Whether it is so wide that it names nobody: wider than the networks that registries give to one
   * provider, which are /8 for IPv4 and /32 for IPv6 at the most.
   */
  public boolean namesNobody() {
    return prefixLength < (address.getAddress().length == 4 ? 8 : 32);
  }

  private static final String EXPECTED =
      "an IP address or a network such as 127.0.0.1, 10.0.0.0/8 or ::1";

  public boolean contains(InetAddress other) {
    byte[] mine = address.getAddress();
    byte[] others = other.getAddress();
    if (mine.length != others.length) {
      return false;
    }
    for (int bit = 0; bit < prefixLength; bit++) {
      int mask = 0x80 >> (bit % 8);
      if ((mine[bit / 8] & mask) != (others[bit / 8] & mask)) {
        return false;
      }
    }
    return true;
  }

  /** Whether an IP address in text is one of these; what is no address is not. */
  public boolean contains(String literal) {
    if (!WRITTEN.matcher(literal).matches() || literal.indexOf('/') >= 0) {
      return false;
    }
    try {
      return contains(InetAddress.getByName(literal)); // a literal: never asks DNS
    } catch (UnknownHostException e) {
      return false;
    }
  }

  @Override
  public String toString() {
    return address.getHostAddress() + "/" + prefixLength;
  }
}
