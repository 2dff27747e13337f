package dev.tandem.gateway.routing;

/** What is known of trunks at this moment. Thread-safe; must not block. */
public interface TrunkStatus {
  /** Every trunk is up and idle. */
  TrunkStatus ALL_UP =
      new TrunkStatus() {
        @Override
        public boolean isUp(String trunk) {
          return true;
        }

        @Override
        public int calls(String trunk) {
          return 0;
        }
      };

  /** Whether a call may be tried there. */
  boolean isUp(String trunk);

  /** How many calls it carries, both ways. */
  int calls(String trunk);
}
