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
        public boolean hasUser(String user) {
          return true;
        }
      };

  boolean hasTrunk(String trunk);

  boolean hasUser(String user);
}
