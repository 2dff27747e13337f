package dev.tandem.gateway.bridge;

import dev.tandem.gateway.call.Payload;
import dev.tandem.gateway.registrar.Binding;
import dev.tandem.gateway.routing.CallerId;
import dev.tandem.sip.message.Aor;

/**
 * Devices of our users that speak another language than whoever rings them. They are bindings of
 * the same registrar, so that one person's devices ring together whatever they speak. Thread-safe;
 * nothing blocks.
 */
public interface OtherDevices {
  /** There are none. */
  OtherDevices NONE =
      new OtherDevices() {
        @Override
        public boolean has(Binding binding) {
          return false;
        }

        @Override
        public CalleeLeg leg(Binding binding, Incoming incoming, boolean record) {
          throw new IllegalArgumentException("no such device: " + binding.requestUri());
        }

        @Override
        public boolean deliver(Binding binding, Incoming incoming, Payload message) {
          return false;
        }
      };

  /**
   * Who calls or writes, and whom.
   *
   * @param callee the user
   * @param from as the callee is to see the caller
   * @param verified whether it is certain that {@code from} is true
   * @param to whom the caller asked for, as a URI
   */
  record Incoming(Aor callee, CallerId from, boolean verified, String to) {}

  /** Whether a binding is of such a device. */
  boolean has(Binding binding);

  /**
   * A branch to the device of a binding that {@link #has} knows.
   *
   * @param record whether what is said there is to be recorded
   */
  CalleeLeg leg(Binding binding, Incoming incoming, boolean record);

  /** Brings a message to the device; false when it is not there any more. */
  boolean deliver(Binding binding, Incoming incoming, Payload message);
}
