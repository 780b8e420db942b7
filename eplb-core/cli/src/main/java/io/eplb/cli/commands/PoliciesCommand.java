package io.eplb.cli.commands;

import io.eplb.cli.arguments.PolicyPathArguments;
import io.eplb.cli.arguments.ReportArguments;
import io.eplb.cli.reports.PoliciesReport;
import io.eplb.core.config.EplbConfig;
import io.eplb.core.registry.PolicyRegistry;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The command {@code eplb policies}: lists the policies, their jars and their options. */
@Command(
    name = "policies",
    description = "Lists the policies: name, version, jar, options with their ranges.")
public final class PoliciesCommand extends EplbCommand {
  @Mixin private PolicyPathArguments policyPath;
  @Mixin private ReportArguments reportArguments;

  @Override
  public Integer call() {
    try (PolicyRegistry registry = policyPath.open(EplbConfig.defaults())) {
      reportArguments.print(new PoliciesReport(registry.policies(), registry.failures()), out());
    }
    return 0;
  }
}
