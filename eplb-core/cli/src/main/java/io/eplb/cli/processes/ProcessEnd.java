package io.eplb.cli.processes;

import io.eplb.cli.shell.ProcessSignal;

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
}
