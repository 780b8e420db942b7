package io.eplb.cli.processes;

import io.eplb.api.EplbException;
import io.eplb.api.InternalException;
import io.eplb.api.InvalidInputException;
import io.eplb.api.PolicyException;
import io.eplb.cli.shell.ExitCode;
import io.eplb.cli.shell.ParentProcess;
import io.eplb.server.cluster.Arrow;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A process of this program, started as this one was. It ends when this one ends, however that
 * happens: its standard input is a pipe from here. What it says goes to a file.
 */
final class ChildProcess {
  private static final String MAIN = "io.eplb.cli.Eplb";
  private static final String HEAP = "-Xmx192m";

  private final String name;
  private final Process process;
  private final Path said;

  private ChildProcess(String name, Process process, Path said) {
    this.name = name;
    this.process = process;
    this.said = said;
  }

  /**
   * Starts a process.
   *
   * @param name its name for people: "the agent of rank 3"
   * @param said the file for what it says; what is there stays
   * @param arguments its command line, after the program's name
   */
  static ChildProcess start(String name, Path said, List<String> arguments) {
    List<String> program = new ArrayList<>();
    Optional.ofNullable(System.getProperty(Arrow.PROPERTY))
        .ifPresent(folder -> program.add("-D" + Arrow.PROPERTY + "=" + folder));
    program.addAll(program());
    program.addAll(arguments);
    program.add("-v");
    return java(name, said, program);
  }

  /**
   * Starts a process of another program.
   *
   * @param name as above
   * @param said as above
   * @param program the arguments of the command {@code java}; the program ends with its standard
   *     input
   */
  static ChildProcess java(String name, Path said, List<String> program) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-D" + ParentProcess.PROPERTY + "=true");
    command.addAll(List.of(HEAP, "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto"));
    command.addAll(program);
    try {
      return new ChildProcess(
          name,
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(said.toFile()))
              .start(),
          said);
    } catch (IOException failed) {
      throw new InternalException(name + " cannot be started: " + failed.getMessage(), failed);
    }
  }

  /** Returns the options with which this process itself was started: its modules or class path. */
  private static List<String> program() {
    String modules = System.getProperty("jdk.module.path");
    String classes = System.getProperty("java.class.path", "");
    return modules == null
        ? List.of("-cp", classes, MAIN)
        : List.of(
            "-Djava.security.manager=disallow",
            "-cp",
            classes.isEmpty() ? File.separator + "none" : classes,
            "--module-path",
            modules,
            "--add-modules",
            "ALL-MODULE-PATH",
            "--add-reads",
            "io.eplb.zookeeper=ALL-UNNAMED",
            "--module",
            "io.eplb.cli/" + MAIN);
  }

  String name() {
    return name;
  }

  long pid() {
    return process.pid();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Returns the exit code of a process that has ended. */
  int exitCode() {
    return process.exitValue();
  }

  /** Kills the process: it can do nothing any more. Returns when it is dead. */
  void kill() {
    process.destroyForcibly().onExit().join();
  }

  /** Asks the process to end, and kills it if it does not. Returns when it is dead. */
  void end(long seconds) throws InterruptedException {
    process.destroy();
    if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
      kill();
    }
  }

  /** Returns the address that the process says it listens at; empty if it has not said so yet. */
  Optional<String> address() {
    return lines().stream()
        .filter(line -> line.startsWith("listening on "))
        .map(line -> line.substring("listening on ".length()))
        .reduce((first, last) -> last);
  }

  /** Returns the end of a process that has ended by itself, with its blame and its last words. */
  EplbException end() {
    String message =
        "%s has ended: %s; all that it said is in %s".formatted(name, lastLine(), said);
    return switch (process.exitValue()) {
      case ExitCode.USER_FAULT -> new InvalidInputException(message);
      case ExitCode.POLICY_FAULT -> new PolicyException(message);
      default -> new InternalException(message);
    };
  }

  /** Returns the last line that the process has said. */
  String lastLine() {
    List<String> lines = lines();
    return lines.isEmpty() ? "it said nothing" : lines.get(lines.size() - 1);
  }

  private List<String> lines() {
    try {
      return Files.readAllLines(said, StandardCharsets.UTF_8);
    } catch (IOException notYet) {
      return List.of();
    }
  }
}
