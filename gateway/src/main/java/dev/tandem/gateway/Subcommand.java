package dev.tandem.gateway;

import dev.tandem.gateway.config.TandemConfig;
import java.io.PrintWriter;

/** Something else than to serve that the command line can ask for. */
interface Subcommand {
  /** Does it, and returns the exit status. */
  int run(TandemConfig config, PrintWriter out, PrintWriter err);
}
