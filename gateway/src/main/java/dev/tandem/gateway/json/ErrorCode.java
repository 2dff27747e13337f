package dev.tandem.gateway.json;

import java.util.Locale;

/** What can go wrong, as a closed set: the {@code code} of every error object. */
enum ErrorCode {
  // Of calls, and known to the telephone network too.
  NORMAL(16),
  BUSY(17),
  NO_ANSWER(18),
  UNAVAILABLE(20),
  CANCELLED(16),
  ELSEWHERE(26),
  NO_CIRCUIT(34),
  TRUNK_DOWN(38),
  AUTH_FAILED(21),
  SERVER_ERROR(41),
  FORBIDDEN(21),
  DECLINED(21),
  NOT_FOUND(1),
  GONE(22),
  BAD_NUMBER(28),
  NOT_ACCEPTABLE(88),
  TIMEOUT(102),
  LOOP(25),
  CLIENT_LOST(102),
  OVERLOADED(42),
  REJECTED(0),
  // Between client and gateway only.
  BAD_JSON(0),
  BAD_FIELD(0),
  UNKNOWN_TYPE(0),
  NOT_REGISTERED(0),
  NO_SUCH_CALL(0),
  DUPLICATE_CALL(0),
  CALL_ENDED(0),
  WRONG_STATE(0),
  GLARE(0),
  TOO_BIG(0),
  RATE_LIMITED(0),
  RESUME_FAILED(0),
  TOKEN_EXPIRED(0),
  ROOM_FULL(0),
  NO_SUCH_PEER(0),
  UNSUPPORTED(0);

  private final int q850;

  ErrorCode(int q850) {
    this.q850 = q850;
  }

  /** As frames say it. */
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The cause of the telephone network that says the same; 0 for none. */
  int q850() {
    return q850;
  }

  /** What a SIP status is called: the table of docs/json.md. A class has a word of its own. */
  static ErrorCode ofStatus(int status) {
    return switch (status) {
      case 200 -> NORMAL;
      case 401, 407 -> AUTH_FAILED;
      case 403 -> FORBIDDEN;
      case 404, 604 -> NOT_FOUND;
      case 408, 480 -> status == 408 ? NO_ANSWER : UNAVAILABLE;
      case 410 -> GONE;
      case 429 -> RATE_LIMITED;
      case 413, 513 -> TOO_BIG;
      case 482, 483 -> LOOP;
      case 484 -> BAD_NUMBER;
      case 486, 600 -> BUSY;
      case 487 -> CANCELLED;
      case 488, 606 -> NOT_ACCEPTABLE;
      case 491 -> GLARE;
      case 503 -> NO_CIRCUIT;
      case 504 -> TIMEOUT;
      case 603 -> DECLINED;
      default ->
          status >= 600
              ? DECLINED
              : status >= 500 ? SERVER_ERROR : status >= 300 ? REJECTED : NORMAL;
    };
  }

  /** The SIP status by which a client's own word for a refusal reaches the caller; 0 for none. */
  int toStatus() {
    return switch (this) {
      case BUSY -> 486;
      case DECLINED -> 603;
      case UNAVAILABLE, NO_ANSWER -> 480;
      case NOT_FOUND -> 404;
      case GONE -> 410;
      case FORBIDDEN -> 403;
      case NOT_ACCEPTABLE -> 488;
      case REJECTED -> 480;
      default -> 0;
    };
  }
}
