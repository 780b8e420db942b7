package io.eplb.cli.commands;

import io.eplb.cli.arguments.CurrentMap;
import io.eplb.cli.arguments.EngineArguments;
import io.eplb.cli.arguments.FileNames;
import io.eplb.cli.arguments.ServingArguments;
import io.eplb.cli.processes.EngineRun;
import io.eplb.cli.shell.ExitCode;
import io.eplb.core.config.EplbConfig;
import io.eplb.core.engine.standin.StandInEngine;
import io.eplb.core.format.load.LoadFiles;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The command {@code eplb engine}: a stand-in for the engine of one rank. */
@Command(
    name = "engine",
    hidden = true,
    description =
        "Stands in for the engine of one rank: serves a recording, checks every byte that it"
            + " reads, and logs the version of each step.",
    sortOptions = false)
public final class EngineCommand extends EplbCommand {
  @Mixin private EngineArguments engineArguments;

  @Mixin private ServingArguments servingArguments;

  @Option(
      names = "--origin",
      paramLabel = "NANOS",
      description =
          "The time of step 0 by the machine's clock, the same for all ranks (default: now).")
  private @Nullable Long origin;

  @Option(
      names = "--logs",
      paramLabel = "DIR",
      required = true,
      completionCandidates = FileNames.Folders.class,
      description = "The folder of the logs of steps.")
  private Path logs = Path.of(".");

  @Override
  public Integer call() {
    CurrentMap map = CurrentMap.read(engineArguments.current(), EplbConfig.defaults(), System.in);
    Long zero = origin;
    EngineRun.run(
        new StandInEngine(
            engineArguments.folder(),
            engineArguments.shape(map),
            engineArguments.rank(map),
            LoadFiles.read(servingArguments.recording()),
            servingArguments.stepTime(),
            zero == null ? System.nanoTime() : zero,
            logs));
    return ExitCode.DONE;
  }
}
