package io.eplb.cli.commands;

import io.eplb.cli.arguments.ClusterArguments;
import io.eplb.cli.arguments.OutputArguments;
import io.eplb.cli.arguments.ReportArguments;
import io.eplb.cli.processes.GroupView;
import io.eplb.cli.reports.GroupReport;
import io.eplb.cli.shell.ExitCode;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The command {@code eplb group}: looks at ranks in many processes from outside. */
@Command(
    name = "group",
    description =
        "Shows the table in force of ranks in many processes, who leads, and which ranks are away;"
            + " --output writes the table as a map.",
    sortOptions = false)
public final class GroupCommand extends EplbCommand {
  @Mixin private ClusterArguments clusterArguments;
  @Mixin private OutputArguments outputArguments;
  @Mixin private ReportArguments reportArguments;

  @Override
  public Integer call() throws InterruptedException {
    outputArguments.requireOutput();
    OutputArguments.Destination destination = outputArguments.resolve(List.of(), standardOutput());
    GroupView group = GroupView.read(clusterArguments);
    destination.write(group.recorded().table(), err());
    reportArguments.print(
        new GroupReport(
            clusterArguments.zookeeper(),
            group.recorded().entry(),
            group.recorded().table(),
            group.away(),
            group.leader(),
            destination.name()),
        beside(destination.target()));
    return ExitCode.DONE;
  }
}
