package io.eplb.cli.commands;

import io.eplb.cli.arguments.ClusterArguments;
import io.eplb.cli.arguments.ConfigArguments;
import io.eplb.cli.arguments.ExpertArguments;
import io.eplb.cli.arguments.PeerArguments;
import io.eplb.cli.arguments.PolicyArguments;
import io.eplb.cli.arguments.TopologyArguments;
import io.eplb.cli.processes.PlannerRun;
import io.eplb.cli.shell.ExitCode;
import io.eplb.core.config.EplbConfig;
import io.eplb.core.registry.PolicyRegistry;
import io.eplb.core.runtime.RuntimeSettings;
import io.eplb.core.selection.PolicySelection;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The command {@code eplb planner}: plans for ranks in other processes while it is elected. */
@Command(
    name = "planner",
    description =
        "Balances the ranks of a group through their agents while it is elected; ends by Ctrl-C or"
            + " SIGTERM.",
    sortOptions = false)
public final class PlannerCommand extends EplbCommand {
  @Mixin private ClusterArguments clusterArguments;
  @Mixin private ConfigArguments configArguments;
  @Mixin private TopologyArguments topologyArguments;
  @Mixin private PolicyArguments policyArguments;

  @Mixin private ExpertArguments expertArguments;

  @Mixin private PeerArguments peerArguments;

  @Override
  public Integer call() throws InterruptedException {
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
              peerArguments.token(),
              peerArguments.trust());
    }
    return ExitCode.DONE;
  }
}
