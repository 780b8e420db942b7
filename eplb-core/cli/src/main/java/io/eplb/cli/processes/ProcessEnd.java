package io.eplb.cli.processes;

import io.eplb.cli.shell.ProcessSignal;
import java.io.IOException;
import java.io.InputStream;

/** The ends of a process that runs until it is told to stop. */
final class ProcessEnd {
  private ProcessEnd() {}

  /** Answers SIGTERM and Ctrl-C with an action; a second signal ends the process at once. */
  static void onSignal(Runnable end) {
    Runnable once =
        () -> {
          ProcessSignal.TERM.leave();
          ProcessSignal.INT.leave();
          end.run();
        };
    ProcessSignal.TERM.answer(once);
    ProcessSignal.INT.answer(once);
  }

  /**
   * Ends the process at once when its parent has died, however that happened: then its standard
   * input, a pipe to the parent, ends.
   */
  static void withParent(InputStream pipe) {
    Thread watch =
        new Thread(
            () -> {
              try {
                while (pipe.read() >= 0) {
                  // Nothing is sent.
                }
              } catch (IOException closed) {
                // As if it had ended.
              }
              Runtime.getRuntime().halt(0);
            },
            "eplb-parent");
    watch.setDaemon(true);
    watch.start();
  }
}
