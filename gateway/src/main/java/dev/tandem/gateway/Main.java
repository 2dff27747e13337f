package dev.tandem.gateway;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/** Starts the gateway from the command line, and stops it when the process is told to end. */
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    Launcher launcher =
        new Launcher(
            config -> {
              LogLevels.apply(config.log());
              return Gateway.start(config, GatewayEnvironment.system());
            },
            new PrintWriter(System.out, true, StandardCharsets.UTF_8),
            new PrintWriter(System.err, true, StandardCharsets.UTF_8));
    int status = launcher.run(args);
    if (status == Launcher.RUNNING) {
      // From here on the threads of the gateway keep the process alive, until a signal comes.
      Runtime.getRuntime().addShutdownHook(new Thread(() -> end(launcher), "tandem-stop"));
    } else {
      LogLevels.flush();
      System.exit(status);
    }
  }

  /**
   * A Java process ends with 128 + the signal's number even after an orderly end, and supervisors
   * take that for a failure; so the status is set by force.
   */
  private static void end(Launcher launcher) {
    launcher.stop();
    LogLevels.flush();
    Runtime.getRuntime().halt(Launcher.OK);
  }
}
