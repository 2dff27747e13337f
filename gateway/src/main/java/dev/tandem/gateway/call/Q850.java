package dev.tandem.gateway.call;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The causes of the telephone network (ITU-T Q.850) beside SIP's statuses, by the tables of RFC
 * 3398 §7.2.4.1 and §8.2.6.1. Carriers and PBXs choose tones and other routes by them.
 */
public final class Q850 {
  /** Stands for "none". */
  public static final int NONE = 0;

  private Q850() {}

  /** The cause that a SIP status has in the telephone network; {@link #NONE} when it has none. */
  public static int ofStatus(int status) {
    return switch (status) {
      case 404, 485, 604 -> 1;
      case 486, 600 -> 17;
      case 480 -> 18;
      case 401, 402, 403, 407, 603 -> 21;
      case 410 -> 22;
      case 482, 483 -> 25;
      case 484 -> 28;
      case 502 -> 38;
      case 400, 481, 500, 503 -> 41;
      case 405 -> 63;
      case 406, 415, 501 -> 79;
      case 488, 606 -> 88;
      case 408, 504 -> 102;
      case 413, 414, 416, 420, 421, 423, 505, 513 -> 127;
      default -> NONE;
    };
  }

  /** The SIP status that says the same as a cause; 500 for one that has none of its own. */
  public static int toStatus(int cause) {
    return switch (cause) {
      case 16 -> 200;
      case 1, 2, 3, 26 -> 404;
      case 17 -> 486;
      case 18 -> 408;
      case 19, 20, 31 -> 480;
      case 21, 55, 57, 87 -> 403;
      case 22, 23 -> 410;
      case 27 -> 502;
      case 28 -> 484;
      case 29, 79 -> 501;
      case 34, 38, 41, 42, 47, 58, 88 -> 503;
      case 65, 70 -> 488;
      case 102 -> 504;
      default -> 500;
    };
  }

  /** The cause in Reason values (RFC 3326); {@link #NONE} when none of them is of Q.850. */
  public static int in(List<String> reasons) {
    for (String reason : reasons) {
      String[] parts = reason.split(";", -1);
      if (parts[0].strip().equalsIgnoreCase("Q.850")) {
        for (String part : parts) {
          int cause = cause(part.strip());
          if (cause != NONE) {
            return cause;
          }
        }
      }
    }
    return NONE;
  }

  private static int cause(String parameter) {
    int equals = parameter.indexOf('=');
    if (equals < 0 || !parameter.substring(0, equals).strip().equalsIgnoreCase("cause")) {
      return NONE;
    }
    String value = parameter.substring(equals + 1).strip();
    return value.matches("[0-9]{1,3}") ? Integer.parseInt(value) : NONE;
  }

  /** The Reason value that says a status in the telephone network's words; null when none does. */
  public static @Nullable String reason(int status) {
    int cause = ofStatus(status);
    return cause == NONE ? null : "Q.850;cause=" + cause + ";text=\"" + text(cause) + "\"";
  }

  private static String text(int cause) {
    return switch (cause) {
      case 1 -> "Unallocated number";
      case 17 -> "User busy";
      case 18 -> "No user responding";
      case 21 -> "Call rejected";
      case 22 -> "Number changed";
      case 25 -> "Exchange routing error";
      case 28 -> "Invalid number format";
      case 38 -> "Network out of order";
      case 41 -> "Temporary failure";
      case 63 -> "Service not available";
      case 79 -> "Service not implemented";
      case 88 -> "Incompatible destination";
      case 102 -> "Recovery on timer expiry";
      default -> "Interworking";
    };
  }
}
