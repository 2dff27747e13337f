package dev.tandem.gateway.routing;

/** Whose turn it is in groups of trunks: a number for each group that grows by one with a call. */
public interface Turns {
  /** Always the first's. */
  Turns FIRST =
      new Turns() {
        @Override
        public long take(String group) {
          return 0;
        }

        @Override
        public long peek(String group) {
          return 0;
        }
      };

  /** The number for a call; the next call gets another. */
  long take(String group);

  /** What {@link #take} would give. */
  long peek(String group);
}
