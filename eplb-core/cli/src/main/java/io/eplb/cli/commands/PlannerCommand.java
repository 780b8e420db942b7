package io.eplb.cli.commands;

import io.eplb.cli.arguments.ClusterArguments;
import io.eplb.cli.arguments.ConfigArguments;
import io.eplb.cli.arguments.ExpertArguments;
import io.eplb.cli.arguments.FileNames;
import io.eplb.cli.arguments.PeerArguments;
import io.eplb.cli.arguments.PolicyArguments;
import io.eplb.cli.arguments.TopologyArguments;
import io.eplb.cli.arguments.WatchArguments;
import io.eplb.cli.processes.PlannerRun;
import io.eplb.cli.shell.ExitCode;
import io.eplb.core.config.EplbConfig;
import io.eplb.core.registry.PolicyRegistry;
import io.eplb.core.runtime.RuntimeSettings;
import io.eplb.core.selection.PolicySelection;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The command {@code eplb planner}: plans for ranks in other processes while it is elected. */
@Command(
    name = "planner",
    description =
        "Balances the ranks of a group through their agents while it is elected; ends by Ctrl-C or"
            + " SIGTERM.",
    sortOptions = false)
public final class PlannerCommand extends EplbCommand {
  @Mixin private ClusterArguments clusterArguments;

  @Option(
      names = "--zookeeper-data",
      paramLabel = "DIR",
      completionCandidates = FileNames.Folders.class,
      description =
          "The folder of the data of --zookeeper embedded: the server runs in this process, and ends"
              + " with it.")
  private @Nullable Path zookeeperData;

  @Mixin private ConfigArguments configArguments;
  @Mixin private TopologyArguments topologyArguments;
  @Mixin private PolicyArguments policyArguments;

  @Mixin private ExpertArguments expertArguments;

  @Mixin private PeerArguments peerArguments;
  @Mixin private WatchArguments watchArguments;

  @Override
  public Integer call() throws InterruptedException {
    logProgress();
    EplbConfig config =
        policyArguments.over(topologyArguments.over(configArguments.read(System.in)));
    try (PolicyRegistry registry = policyArguments.policies(config)) {
      new PlannerRun(
              config,
              PolicySelection.find(registry, config),
              policyArguments.options(),
              expertArguments.bytes(),
              RuntimeSettings.defaults()
                  .withContract(policyArguments.contract().settings())
                  .withSeed(policyArguments.contract().seed()))
          .run(
              clusterArguments,
              Optional.ofNullable(zookeeperData),
              peerArguments.token(),
              peerArguments.trust(),
              watchArguments,
              out());
    }
    return ExitCode.DONE;
  }
}
