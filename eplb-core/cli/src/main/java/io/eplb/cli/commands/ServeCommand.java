package io.eplb.cli.commands;

import io.eplb.cli.arguments.ConfigArguments;
import io.eplb.cli.arguments.DispatchArguments;
import io.eplb.cli.arguments.PolicyArguments;
import io.eplb.cli.arguments.ServiceArguments;
import io.eplb.cli.arguments.TopologyArguments;
import io.eplb.cli.service.ServiceRun;
import io.eplb.cli.shell.ExitCode;
import io.eplb.core.config.EplbConfig;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The command {@code eplb serve}: answers the questions of running engines. */
@Command(
    name = "serve",
    description =
        "Serves plans to running engines over HTTP until it is ended by Ctrl-C or SIGTERM; SIGHUP"
            + " reads the configuration again.",
    sortOptions = false)
public final class ServeCommand extends EplbCommand {
  @Mixin private ServiceArguments serviceArguments;
  @Mixin private ConfigArguments configArguments;
  @Mixin private TopologyArguments topologyArguments;
  @Mixin private PolicyArguments policyArguments;
  @Mixin private DispatchArguments dispatchArguments;

  @Override
  public Integer call() throws InterruptedException {
    new ServiceRun(serviceArguments, this::config, policyArguments, out(), err()).run();
    return ExitCode.DONE;
  }

  private EplbConfig config() {
    EplbConfig config = topologyArguments.over(configArguments.read(System.in));
    TopologyArguments.requireNodesDivideRanks(config);
    return dispatchArguments.over(policyArguments.over(config));
  }
}
