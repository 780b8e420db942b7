package io.eplb.cli.commands;

import io.eplb.cli.pictures.InputDigest;
import io.eplb.cli.pictures.RunRecord;
import io.eplb.cli.shell.ProcessStreams;
import io.eplb.cli.shell.ProgramVersion;
import io.eplb.cli.shell.Terminal;
import io.eplb.cli.terminal.Progress;
import io.eplb.core.format.InputSource;
import io.eplb.core.format.OutputTarget;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The base of every command: help, version, output streams and the amount of logging. */
@Command(mixinStandardHelpOptions = true, versionProvider = ProgramVersion.class)
abstract class EplbCommand implements Callable<Integer> {
  private static final String LEVEL = "eplb.log.level";
  private static final String EXCEPTIONS = "eplb.log.exceptions";

  @Spec private CommandSpec spec;

  /**
   * Sets the level of logging by the number of -v, before the first logger is made. Stack traces
   * are for those who ask for them.
   */
  @Option(
      names = {"-v", "--verbose"},
      description = "Say more on standard error; twice for everything.")
  void verbose(boolean[] times) {
    System.setProperty(EXCEPTIONS, "%rEx{full}");
    System.setProperty(LEVEL, times.length > 1 ? "DEBUG" : "INFO");
  }

  /** Logs what a program that runs for long does, and what it waits for, without any -v. */
  static void logProgress() {
    if (System.getProperty(LEVEL) == null) {
      System.setProperty(LEVEL, "INFO");
    }
  }

  /** Returns the process's standard output for bytes; for text there is {@link #out()}. */
  OutputStream standardOutput() {
    return ProcessStreams.standardOutput();
  }

  /** Starts to show the progress of this command. */
  Progress progress() {
    return Progress.on(Terminal.lines());
  }

  PrintWriter out() {
    return spec.commandLine().getOut();
  }

  PrintWriter err() {
    return spec.commandLine().getErr();
  }

  /** Returns whether an option was given on the command line. */
  boolean isGiven(String option) {
    return spec.commandLine().getParseResult().hasMatchedOption(option);
  }

  /**
   * Returns the options of this command line that another command has too, as words of its command
   * line.
   */
  List<String> optionsOf(EplbCommand command) {
    CommandSpec other = CommandSpec.forAnnotatedObject(command);
    return spec.commandLine().getParseResult().matchedOptions().stream()
        .filter(
            option -> option.arity().max() > 0 && other.findOption(option.longestName()) != null)
        .flatMap(
            option ->
                option.stringValues().stream()
                    .flatMap(value -> Stream.of(option.longestName(), value)))
        .toList();
  }

  /**
   * Returns the record of this run.
   *
   * @param inputs the inputs that were read
   * @param standardInput the stream that {@code -} was read from
   */
  RunRecord run(List<InputSource> inputs, InputStream standardInput, long seed) {
    CommandLine program = spec.commandLine();
    while (program.getParent() != null) {
      program = program.getParent();
    }
    return new RunRecord(
        program.getParseResult().originalArgs(),
        new ProgramVersion().getVersion()[0],
        seed,
        Instant.now(),
        inputs.stream().map(input -> InputDigest.of(input, standardInput)).toList());
  }

  /** Returns the stream of a report: standard error if the result goes to standard output. */
  PrintWriter beside(Optional<OutputTarget> result) {
    return result.filter(OutputTarget::isStandardOutput).isPresent() ? err() : out();
  }
}
