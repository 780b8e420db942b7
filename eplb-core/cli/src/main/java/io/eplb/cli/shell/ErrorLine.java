package io.eplb.cli.shell;

import io.eplb.api.EplbException;
import io.eplb.api.wording.OneLine;
import java.io.IOException;
import java.io.PrintWriter;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;

/** An error as one line on standard error and an exit code that names whose fault it is. */
public final class ErrorLine {
  private ErrorLine() {}

  /** Makes a command line report its errors in this form. */
  public static void install(CommandLine commandLine) {
    commandLine.setParameterExceptionHandler(
        (exception, arguments) ->
            print(
                exception.getCommandLine(), ArgumentError.message(exception), ExitCode.USER_FAULT));
    commandLine.setExecutionExceptionHandler(
        (exception, command, parsed) -> {
          if (exception instanceof EplbException ours) {
            LoggerFactory.getLogger(ErrorLine.class).debug("the command failed", exception);
            return print(command, String.valueOf(ours.getMessage()), ExitCode.of(ours.blame()));
          }
          LoggerFactory.getLogger(ErrorLine.class).info("the command failed", exception);
          return print(
              command,
              "this is a bug in eplb (" + exception + "); run again with -v for the details",
              ExitCode.BUG);
        });
  }

  /** Reports the end of memory or of stack. */
  public static int exhausted(Error error, PrintWriter err) {
    err.println(
        error instanceof OutOfMemoryError
            ? "eplb: the input needs more memory than this process may use; set EPLB_JAVA_OPTS=-Xmx8g or so"
            : "eplb: the input is nested too deeply");
    return ExitCode.USER_FAULT;
  }

  /** Reports a failure of the virtual machine, perhaps thrown by a policy. */
  public static int broken(VirtualMachineError error, PrintWriter err) {
    err.println(
        "eplb: the virtual machine failed"
            + (error.getMessage() == null ? "" : ": " + OneLine.of(error.getMessage()))
            + "; nothing was written");
    return ExitCode.POLICY_FAULT;
  }

  /** Reports that a result could not be written in full, as on a full disk. */
  public static int lostOutput(IOException reason, PrintWriter err) {
    err.println(
        "eplb: standard output: cannot be written in full: "
            + OneLine.of(String.valueOf(reason.getMessage())));
    return ExitCode.USER_FAULT;
  }

  private static int print(CommandLine command, String message, int code) {
    command.getErr().println(command.getCommandSpec().qualifiedName() + ": " + OneLine.of(message));
    return code;
  }
}
