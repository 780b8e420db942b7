package io.eplb.cli.commands;

import io.eplb.api.EpTopology;
import io.eplb.api.InvalidInputException;
import io.eplb.api.PolicyException;
import io.eplb.cli.arguments.ConfigArguments;
import io.eplb.cli.arguments.ContractArguments;
import io.eplb.cli.arguments.DispatchArguments;
import io.eplb.cli.arguments.FileNames;
import io.eplb.cli.arguments.PolicyList;
import io.eplb.cli.arguments.PolicyNames;
import io.eplb.cli.arguments.PolicyPathArguments;
import io.eplb.cli.arguments.ReportArguments;
import io.eplb.cli.arguments.TopologyArguments;
import io.eplb.cli.arguments.TopologyList;
import io.eplb.cli.arguments.WholeNumber;
import io.eplb.cli.arguments.WindowArguments;
import io.eplb.cli.bench.Comparison;
import io.eplb.cli.bench.PolicyFigures;
import io.eplb.cli.reports.BenchReport;
import io.eplb.cli.shell.ExitCode;
import io.eplb.cli.shell.Interruption;
import io.eplb.cli.terminal.Progress;
import io.eplb.core.config.EplbConfig;
import io.eplb.core.format.InputSource;
import io.eplb.core.format.load.LoadFiles;
import io.eplb.core.load.LoadTrace;
import io.eplb.core.registry.DiscoveredPolicy;
import io.eplb.core.registry.PolicyRegistry;
import io.eplb.core.simulation.Contenders;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The command {@code eplb bench}: compares policies by the field's protocols. */
@Command(
    name = "bench",
    description =
        "Compares policies on recordings and groups by the field's protocols: ADRS's ratio of sums,"
            + " PAR on the next window with experts moved, planning time ÷ that of a sort.",
    sortOptions = false)
public final class BenchCommand extends EplbCommand {
  private static final String STANDARD_INPUT = "-";

  @Option(
      names = "--trace",
      paramLabel = "FILE",
      arity = "1..*",
      required = true,
      completionCandidates = FileNames.Loads.class,
      description = "Recordings of at least two windows, in any load format.")
  private List<String> traces = List.of();

  @Mixin private WindowArguments windowArguments;
  @Mixin private TopologyList topologies;
  @Mixin private ConfigArguments configArguments;

  @Option(
      names = "--policies",
      paramLabel = "A,B:key=value,C",
      completionCandidates = PolicyNames.Listed.class,
      description =
          "The policies, each followed by its options; also static and clairvoyant"
              + " (default: all that are found).")
  private @Nullable String policies;

  @Mixin private PolicyPathArguments policyPath;
  @Mixin private DispatchArguments dispatchArguments;
  @Mixin private ContractArguments contractArguments;

  @Option(
      names = "--repeat",
      paramLabel = "N",
      defaultValue = "10",
      converter = WholeNumber.Repetitions.class,
      description =
          "Replays of each recording for the times, of which the later half counts"
              + " (default: ${DEFAULT-VALUE}).")
  private int repeat = 10;

  @Mixin private ReportArguments reportArguments;

  @Override
  public Integer call() {
    if (traces.contains(STANDARD_INPUT)) {
      throw new InvalidInputException("--trace - can be read only once; name a file instead");
    }
    EplbConfig config = dispatchArguments.over(configArguments.read(System.in));
    List<EplbConfig> groups = topologies.over(config);
    try (Progress progress = progress();
        PolicyRegistry registry = policyPath.open(config)) {
      List<Contenders.Entrant> entrants = entrants(registry, config);
      List<BenchReport.Result> results = new ArrayList<>();
      for (String trace : traces) {
        for (EplbConfig group : groups) {
          Optional<BenchReport.Result> result = result(trace, group, entrants, progress);
          if (result.isEmpty()) {
            return ExitCode.INTERRUPTED;
          }
          results.add(result.get());
        }
      }
      reportArguments.print(
          new BenchReport(
              new BenchReport.Setting(
                  repeat,
                  config.dispatch(),
                  contractArguments.duplicatesAllowed(),
                  contractArguments.seed()),
              results),
          out());
      out().flush();
      results.forEach(BenchCommand::requireAnyPlan);
    }
    return ExitCode.DONE;
  }

  /**
   * Checks that each policy gave a plan that passed the contract, or refused the group.
   *
   * @throws PolicyException if all plans of a policy failed
   */
  private static void requireAnyPlan(BenchReport.Result result) {
    for (PolicyFigures figures : result.policies()) {
      if (figures.failed() && figures.refusal().isEmpty()) {
        throw new PolicyException(
            "every plan of %s failed; the last failure: %s"
                .formatted(
                    figures.score().label(), figures.score().lastFailure().orElse("unknown")));
      }
    }
  }

  private List<Contenders.Entrant> entrants(PolicyRegistry registry, EplbConfig config) {
    Contenders contenders =
        new Contenders(registry, contractArguments.settings(), config, contractArguments.seed());
    return PolicyList.parse(policies == null ? all(registry) : policies).stream()
        .map(entry -> contenders.find(entry.text(), entry.name(), entry.options()))
        .toList();
  }

  private static String all(PolicyRegistry registry) {
    return registry.policies().stream()
        .map(DiscoveredPolicy::name)
        .collect(Collectors.joining(","));
  }

  private Optional<BenchReport.Result> result(
      String name, EplbConfig group, List<Contenders.Entrant> entrants, Progress progress) {
    int windows;
    int layers;
    EpTopology topology;
    try (LoadTrace trace = open(name)) {
      windows = trace.windows();
      layers = trace.layers();
      topology = TopologyArguments.forExperts(trace.experts(), group);
    } catch (InvalidInputException wrong) {
      throw traces.size() == 1
          ? wrong
          : new InvalidInputException(name + ": " + wrong.getMessage(), wrong);
    }
    progress.begin("comparing on " + name, (repeat + 1L) * (windows - 1), "windows");
    Comparison comparison =
        new Comparison(
            () -> open(name),
            topology,
            group.dispatch(),
            entrants,
            policies == null,
            repeat,
            (scored, outOf) -> progress.done(scored));
    Interruption interruption = new Interruption(comparison::stop);
    try {
      Optional<List<PolicyFigures>> figures = comparison.run();
      if (figures.isEmpty()) {
        err().println("eplb bench: interrupted before the end");
      }
      return figures.map(found -> new BenchReport.Result(name, windows, layers, topology, found));
    } finally {
      interruption.close();
    }
  }

  private LoadTrace open(String name) {
    return windowArguments.over(LoadFiles.open(InputSource.of(name, System.in)));
  }
}
