package dev.tandem.gateway.call;

import dev.tandem.gateway.call.CallEvent.CalleeRefused;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Which refusal the caller gets, and in which form. For forked calls RFC 3261 §16.7 step 6: any
 * 6xx, else the lowest class, and within a class the response that says most to the caller.
 */
public final class ResponseChoice {
  private ResponseChoice() {}

  static CalleeRefused better(@Nullable CalleeRefused held, CalleeRefused came) {
    return held == null || rank(came.status()) < rank(held.status()) ? came : held;
  }

  /**
   * The refusal as the caller may see it: a challenge is between us and the callee, unless the
   * callee's adapter has put it into the payload for the caller to answer; 503 would take the whole
   * gateway out of use for the caller (§16.7 step 6), and 487 answers a CANCEL that the caller
   * never sent.
   */
  static CalleeRefused forCaller(CalleeRefused chosen, boolean onlyBranch) {
    return switch (chosen.status()) {
      case 401, 407 -> isForCaller(chosen) ? chosen : as(chosen, 403, "Forbidden");
      case 487 -> as(chosen, 480, "Temporarily Unavailable");
      case 503 -> onlyBranch ? chosen : as(chosen, 500, "Server Internal Error");
      default -> chosen;
    };
  }

  private static boolean isForCaller(CalleeRefused challenge) {
    for (Header header : challenge.payload().headers()) {
      String name = header.name().toLowerCase(Locale.ROOT);
      if (name.equals("www-authenticate") || name.equals("proxy-authenticate")) {
        return true;
      }
    }
    return false;
  }

  private static CalleeRefused as(CalleeRefused refused, int status, String reason) {
    return new CalleeRefused(refused.leg(), status, reason, refused.payload());
  }

  /** The lower the better. */
  public static int rank(int status) {
    if (status >= 600) {
      return 0;
    }
    return status / 100 * 10 + rankInClass(status);
  }

  private static int rankInClass(int status) {
    return switch (status) {
      case 415, 420, 484, 488 -> 0; // the caller can do better at the next attempt
      case 486 -> 1; // a person is there, and busy
      case 401, 407, 408, 487 -> 8; // says nothing about the callee
      case 503 -> 9;
      default -> 5;
    };
  }
}
