package dev.tandem.gateway.registrar;

import dev.tandem.sip.message.Aor;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * The user part by which a PBX knows one device of a user who registers through us: {@code
 * 6001.0a1b2c3d4e5f6789}, readable for whoever looks at the PBX's list of phones. The digits are of
 * a hash of the user and of what stays the same of the device on its next connection and in our
 * next run: its instance and reg-id, or without them its Contact URI. So a device that comes back
 * replaces itself at the PBX. It is a name, not a secret: a request to it must come from the PBX.
 *
 * @param user unescaped
 * @param device 16 hexadecimal digits
 */
public record DeviceAddress(String user, String device) {
  private static final int BYTES = 8;
  private static final char SEPARATOR = '.';

  /** The address of a user's contact. */
  public static DeviceAddress of(Aor aor, ContactSpec contact) {
    String key =
        contact.hasInstance() ? contact.instance() + "\n" + contact.regId() : contact.uri();
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256")
              .digest((aor + "\n" + key).getBytes(StandardCharsets.UTF_8));
      return new DeviceAddress(aor.user(), HexFormat.of().formatHex(hash, 0, BYTES));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Reads an unescaped user part; null when it is something else. */
  public static @Nullable DeviceAddress parse(String userPart) {
    int at = userPart.length() - 2 * BYTES - 1;
    if (at < 1 || userPart.charAt(at) != SEPARATOR) {
      return null;
    }
    String device = userPart.substring(at + 1);
    return device.chars().allMatch(c -> (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))
        ? new DeviceAddress(userPart.substring(0, at), device)
        : null;
  }

  /** Whether it is this contact's. */
  public boolean isOf(Aor aor, ContactSpec contact) {
    return equals(of(aor, contact));
  }

  /** The user part of a URI, with the escapes that it needs. */
  public String userPart() {
    String uri = Aor.of(user, "x").uri();
    return uri.substring(uri.indexOf(':') + 1, uri.lastIndexOf('@')) + SEPARATOR + device;
  }
}
