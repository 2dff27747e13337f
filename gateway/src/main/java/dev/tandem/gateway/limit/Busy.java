package dev.tandem.gateway.limit;

/** Whether new calls are put off so that those that go on keep their quality. Thread-safe. */
public interface Busy {

  /** Never. */
  Busy NEVER =
      new Busy() {
        @Override
        public boolean isTooMuch() {
          return false;
        }

        @Override
        public int secondsToWait() {
          return 1;
        }
      };

  boolean isTooMuch();

  /** For Retry-After; another figure each time. */
  int secondsToWait();
}
