package io.eplb.cli.shell;

import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToIntBiFunction;

/** The process of a command: sets up the streams, runs it, and exits with its code. */
public final class Program {
  private Program() {}

  /**
   * Runs a command and ends the process.
   *
   * @param command prints to an output and an error stream, and returns the exit code
   */
  public static void run(ToIntBiFunction<PrintWriter, PrintWriter> command) {
    // Scripts read the numbers, so the digits are the same in every locale.
    Locale.setDefault(Locale.ROOT);
    Terminal.install();
    ProcessStreams.reserveStandardOutput();
    ExitWatch.start(System.err);
    PrintWriter out = writer(ProcessStreams.standardOutput());
    PrintWriter err = writer(System.err);
    int code = command.applyAsInt(out, err);
    out.flush();
    Optional<IOException> lost = ProcessStreams.lostOutput();
    if (code == ExitCode.DONE && lost.isPresent()) {
      code = ErrorLine.lostOutput(lost.get(), err);
    }
    err.flush();
    System.exit(code);
  }

  private static PrintWriter writer(OutputStream stream) {
    return new PrintWriter(new OutputStreamWriter(stream, StandardCharsets.UTF_8), true);
  }
}
