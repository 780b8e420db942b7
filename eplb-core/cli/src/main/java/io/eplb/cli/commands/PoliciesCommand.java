package io.eplb.cli.commands;

import io.eplb.cli.arguments.FileNames;
import io.eplb.cli.arguments.PolicyPathArguments;
import io.eplb.cli.arguments.ReportArguments;
import io.eplb.cli.reports.JarCheckReport;
import io.eplb.cli.reports.PoliciesReport;
import io.eplb.cli.shell.ExitCode;
import io.eplb.cli.terminal.Progress;
import io.eplb.core.config.EplbConfig;
import io.eplb.core.registry.PolicyRegistry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The command {@code eplb policies}: lists the policies, their jars and their options. */
@Command(
    name = "policies",
    description = "Lists the policies: name, version, jar, options with their ranges.")
public final class PoliciesCommand extends EplbCommand {
  @Mixin private PolicyPathArguments policyPath;
  @Mixin private ReportArguments reportArguments;

  @Option(
      names = "--check",
      arity = "1..*",
      paramLabel = "JAR",
      completionCandidates = FileNames.Jars.class,
      description =
          "Check jars instead: what they need, the rules for jars, and the contract kit; exit code 2"
              + " if anything fails.")
  private List<Path> checked = List.of();

  @Override
  public Integer call() {
    if (!checked.isEmpty()) {
      JarCheckReport report = check();
      reportArguments.print(report, out());
      return report.good() ? ExitCode.DONE : ExitCode.USER_FAULT;
    }
    try (PolicyRegistry registry = policyPath.open(EplbConfig.defaults())) {
      reportArguments.print(new PoliciesReport(registry.policies(), registry.failures()), out());
    }
    return 0;
  }

  private JarCheckReport check() {
    try (Progress progress = progress()) {
      progress.begin("checking", checked.size(), "jars");
      List<JarCheckReport.Jar> jars = new ArrayList<>();
      for (Path jar : checked) {
        jars.add(JarCheck.of(jar));
        progress.done(jars.size());
      }
      return new JarCheckReport(jars);
    }
  }
}
