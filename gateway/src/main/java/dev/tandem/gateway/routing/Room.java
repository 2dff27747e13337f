package dev.tandem.gateway.routing;

/** Whether there is room for one more call, within the limits. Thread-safe; takes nothing. */
public interface Room {
  /** No limits. */
  Room ENDLESS =
      new Room() {
        @Override
        public boolean hasTrunk(String trunk) {
          return true;
        }

        @Override
        public boolean takesFrom(String trunk) {
          return true;
        }

        @Override
        public boolean hasUser(String user) {
          return true;
        }
      };

  /** For a call to that trunk. */
  boolean hasTrunk(String trunk);

  /** For a call from that trunk. */
  boolean takesFrom(String trunk);

  /** For a call that this user makes. */
  boolean hasUser(String user);
}
