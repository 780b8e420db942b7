package io.eplb.cli.commands;

import io.eplb.cli.shell.ProcessStreams;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What every command has: its output streams, and a say in how much is logged. */
abstract class EplbCommand implements Callable<Integer> {
  private static final String LEVEL = "eplb.log.level";

  @Spec private CommandSpec spec;

  /** Counts the -v: this runs before the first logger is made. */
  @Option(
      names = {"-v", "--verbose"},
      description = "Say more on standard error; twice for everything.")
  void verbose(boolean[] times) {
    System.setProperty(LEVEL, times.length > 1 ? "DEBUG" : "INFO");
  }

  /** Returns the process's standard output for bytes; text goes to {@link #out()}. */
  OutputStream standardOutput() {
    return ProcessStreams.standardOutput();
  }

  PrintWriter out() {
    return spec.commandLine().getOut();
  }

  PrintWriter err() {
    return spec.commandLine().getErr();
  }
}
