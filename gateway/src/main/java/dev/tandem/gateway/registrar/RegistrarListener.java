package dev.tandem.gateway.registrar;

/** Hears of every change of a binding, for logs and metrics. */
@FunctionalInterface
public interface RegistrarListener {
  RegistrarListener NONE = event -> {};

  /**
   * Called while the AOR is locked, so that the events of one AOR come in order; on I/O threads and
   * the timer thread. Must be quick and must not call the registrar.
   */
  void changed(RegistrarEvent event);
}
