package io.eplb.cli.commands;

import io.eplb.cli.arguments.ClusterArguments;
import io.eplb.cli.arguments.ConfigArguments;
import io.eplb.cli.arguments.CurrentMap;
import io.eplb.cli.arguments.EngineArguments;
import io.eplb.cli.arguments.ProtectionArguments;
import io.eplb.cli.arguments.TopologyArguments;
import io.eplb.cli.arguments.WholeNumber;
import io.eplb.cli.processes.AgentRun;
import io.eplb.cli.shell.ExitCode;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The command {@code eplb agent}: stands beside the engine of one rank. */
@Command(
    name = "agent",
    description =
        "Stands beside the engine of one rank and takes part in updates for it, until it is ended"
            + " by Ctrl-C or SIGTERM; the engine serves on then.",
    sortOptions = false)
public final class AgentCommand extends EplbCommand {
  @Mixin private EngineArguments engineArguments;
  @Mixin private ClusterArguments clusterArguments;
  @Mixin private ConfigArguments configArguments;
  @Mixin private TopologyArguments topologyArguments;

  @Option(
      names = "--start-limit",
      paramLabel = "SECONDS",
      defaultValue = "60",
      converter = WholeNumber.SessionSeconds.class,
      description =
          "The time in which all ranks have to come at the group's first start (default:"
              + " ${DEFAULT-VALUE}).")
  private int startLimit;

  @Option(
      names = "--listen",
      paramLabel = "ADDRESS",
      defaultValue = "127.0.0.1:0",
      description =
          "HOST:PORT at which planners reach this agent; port 0 takes a free one (default:"
              + " ${DEFAULT-VALUE}).")
  private String listen = "";

  @Option(
      names = "--advertise",
      paramLabel = "URL",
      description =
          "http://HOST:PORT or https://HOST:PORT that planners use, if it is not --listen.")
  private @Nullable String advertise;

  @Mixin private ProtectionArguments protectionArguments;

  @Override
  public Integer call() throws InterruptedException {
    logProgress();
    CurrentMap map =
        CurrentMap.read(
            engineArguments.current(),
            topologyArguments.over(configArguments.read(System.in)),
            System.in);
    new AgentRun(
            engineArguments.rank(map),
            map.topology(),
            map.table(),
            engineArguments.folder(),
            engineArguments.shape(map),
            Duration.ofSeconds(startLimit))
        .run(clusterArguments, listen, Optional.ofNullable(advertise), protectionArguments, out());
    return ExitCode.DONE;
  }
}
