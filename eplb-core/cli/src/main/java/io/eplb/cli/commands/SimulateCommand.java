package io.eplb.cli.commands;

import io.eplb.api.ExpertTable;
import io.eplb.api.InvalidInputException;
import io.eplb.api.PolicyException;
import io.eplb.cli.arguments.ConfigArguments;
import io.eplb.cli.arguments.ContractArguments;
import io.eplb.cli.arguments.CurrentMap;
import io.eplb.cli.arguments.DispatchArguments;
import io.eplb.cli.arguments.EstimatorArguments;
import io.eplb.cli.arguments.FileNames;
import io.eplb.cli.arguments.NamedInputs;
import io.eplb.cli.arguments.PageArguments;
import io.eplb.cli.arguments.PolicyList;
import io.eplb.cli.arguments.PolicyNames;
import io.eplb.cli.arguments.PolicyPathArguments;
import io.eplb.cli.arguments.PriceArguments;
import io.eplb.cli.arguments.RankArguments;
import io.eplb.cli.arguments.ReportArguments;
import io.eplb.cli.arguments.StepArguments;
import io.eplb.cli.arguments.SurvivalArguments;
import io.eplb.cli.arguments.TopologyArguments;
import io.eplb.cli.arguments.TraceArguments;
import io.eplb.cli.pictures.InputDigest;
import io.eplb.cli.pictures.SimulationPage;
import io.eplb.cli.reports.SimulationReport;
import io.eplb.cli.reports.StepSetting;
import io.eplb.cli.shell.ExitCode;
import io.eplb.cli.shell.Interruption;
import io.eplb.cli.terminal.Progress;
import io.eplb.core.config.EplbConfig;
import io.eplb.core.config.RankSettings;
import io.eplb.core.format.InputSource;
import io.eplb.core.load.LoadTrace;
import io.eplb.core.registry.PolicyRegistry;
import io.eplb.core.simulation.Contender;
import io.eplb.core.simulation.Contenders;
import io.eplb.core.simulation.MovePrice;
import io.eplb.core.simulation.PolicyScore;
import io.eplb.core.simulation.Simulation;
import io.eplb.core.simulation.SimulationResult;
import io.eplb.core.simulation.SimulationSettings;
import io.eplb.core.simulation.SteppedTrace;
import io.eplb.core.simulation.SurvivingContender;
import java.io.InputStream;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The command {@code eplb simulate}: replays a load through policies and scores their plans. */
@Command(
    name = "simulate",
    description = "Replays a trace through policies and scores each plan on the next window.",
    sortOptions = false)
public final class SimulateCommand extends EplbCommand {
  /** The loads that are known before the first window. */
  private static final double[] NO_LOADS = {};

  @Mixin private TraceArguments traceArguments;

  @Mixin private StepArguments stepArguments;

  @Option(
      names = "--current",
      paramLabel = "MAP",
      completionCandidates = FileNames.Maps.class,
      description = "The map that every policy starts from (default: the engine's initial layout).")
  private @Nullable String current;

  @Mixin private TopologyArguments topologyArguments;

  @Mixin private RankArguments rankArguments;
  @Mixin private SurvivalArguments survivalArguments;

  @Mixin private ConfigArguments configArguments;

  @Option(
      names = "--policies",
      paramLabel = "A,B:key=value,C",
      completionCandidates = PolicyNames.Listed.class,
      description =
          "The policies, each followed by its options; also static, which keeps the table, and"
              + " clairvoyant, which knows the window it is scored on (default: static, default,"
              + " the configured policy, clairvoyant).")
  private @Nullable String policies;

  @Mixin private PolicyPathArguments policyPath;
  @Mixin private EstimatorArguments estimatorArguments;
  @Mixin private DispatchArguments dispatchArguments;

  @Mixin private ContractArguments contractArguments;

  @Mixin private PageArguments pageArguments;

  @Option(names = "--force", description = "Replace an existing report.")
  private boolean force;

  @Mixin private PriceArguments priceArguments;

  @Mixin private ReportArguments reportArguments;

  @Override
  public Integer call() {
    InputStream in = pageArguments.wanted() ? InputDigest.remembering(System.in) : System.in;
    List<InputSource> inputs =
        new ArrayList<>(
            NamedInputs.of(
                in,
                traceArguments.name(),
                current,
                configArguments.name(),
                rankArguments.speedFile()));
    EplbConfig settings =
        dispatchArguments.over(
            rankArguments.over(topologyArguments.over(configArguments.read(in))));
    RankSettings.speedFile(settings).ifPresent(file -> inputs.add(InputSource.of(file, in)));
    Optional<PageOutput> page =
        pageArguments
            .resolve(inputs, standardOutput(), force)
            .map(file -> new PageOutput(file, () -> run(inputs, in, contractArguments.seed())));
    SimulationSettings simulated = simulated(settings);
    pageArguments.requireWanted(force);
    List<PolicyList.Entry> entries =
        policies == null ? PolicyList.usual(settings) : PolicyList.parse(policies);
    try (Progress progress = progress();
        PolicyRegistry registry = policyPath.open(settings)) {
      Contenders contenders =
          new Contenders(registry, contractArguments.settings(), settings, contractArguments.seed())
              .with(priceArguments.costs());
      List<Contenders.Entrant> entrants =
          entries.stream()
              .map(entry -> contenders.find(entry.text(), entry.name(), entry.options()))
              .toList();
      CurrentMap map = current == null ? null : CurrentMap.read(current, settings, in);
      if (map == null) {
        TopologyArguments.ranks(settings);
      }
      progress.begin("reading");
      try (LoadTrace steps = traceArguments.open(in, map);
          SteppedTrace walks = SteppedTrace.of(steps, stepArguments.perWindow())) {
        requireTwoWindows(steps);
        CurrentMap start =
            map == null ? CurrentMap.initial(steps.layers(), steps.experts(), settings, in) : map;
        start.requireShape(traceArguments.name(), steps.layers(), steps.experts());
        return simulate(
            walks,
            start.fitted(NO_LOADS).table(),
            entrants,
            simulated,
            setting(start, steps.windows() % stepArguments.perWindow()),
            page,
            progress);
      }
    }
  }

  private SimulationSettings simulated(EplbConfig config) {
    StepSetting steps = stepArguments.setting();
    return new SimulationSettings(
        stepArguments.weighting(estimatorArguments),
        steps.planFrom().isPresent(),
        config.dispatch(),
        steps.time(),
        priceArguments.movePrice());
  }

  private void requireTwoWindows(LoadTrace steps) {
    int perWindow = stepArguments.perWindow();
    if (perWindow > 1 && steps.windows() / perWindow < 2) {
      throw new InvalidInputException(
          "--steps-per-window %s leaves a single window of the %s steps in %s; at least two are needed, since a plan is scored on the next one: at most %s"
              .formatted(perWindow, steps.windows(), traceArguments.name(), steps.windows() / 2));
    }
  }

  private SimulationReport.Setting setting(CurrentMap start, int stepsLeftOver) {
    return new SimulationReport.Setting(
        traceArguments.name(),
        stepArguments.perWindow(),
        stepsLeftOver,
        stepArguments.setting(),
        Optional.ofNullable(current),
        start.topology(),
        start.ranks(),
        survivalArguments.failures(start.topology()),
        estimatorArguments.estimator().toString(),
        Optional.ofNullable(estimatorArguments.alpha()),
        contractArguments.duplicatesAllowed(),
        contractArguments.seed(),
        priceArguments.expertBytes(),
        priceArguments.movePrice().map(MovePrice::linkGbps),
        start.layerIds());
  }

  private int simulate(
      SteppedTrace walks,
      ExpertTable start,
      List<Contenders.Entrant> entrants,
      SimulationSettings settings,
      SimulationReport.Setting setting,
      Optional<PageOutput> page,
      Progress progress) {
    List<Contender> contenders = new ArrayList<>();
    try {
      entrants.forEach(
          entrant ->
              contenders.add(
                  SurvivingContender.of(
                      entrant.enter(setting.topology(), setting.ranks()),
                      setting.ranks(),
                      settings.dispatch(),
                      setting.survive())));
      return simulate(walks, start, settings, setting, contenders, page, progress);
    } finally {
      contenders.forEach(Contender::close);
    }
  }

  private int simulate(
      SteppedTrace walks,
      ExpertTable start,
      SimulationSettings settings,
      SimulationReport.Setting setting,
      List<? extends Contender> contenders,
      Optional<PageOutput> page,
      Progress progress) {
    progress.begin("simulating", walks.windows().windows() - 1L, "windows");
    Simulation simulation =
        new Simulation(
            setting.topology(),
            setting.ranks(),
            settings,
            contenders,
            (scored, outOf) -> progress.done(scored));
    Interruption interruption = new Interruption(simulation::stop);
    try {
      SimulationResult result =
          (setting.steps().scored()
                  ? simulation.run(walks, start)
                  : simulation.run(walks.windows(), start))
              .orElse(null);
      if (result == null) {
        err().println("eplb simulate: interrupted before the first window was scored");
        return ExitCode.INTERRUPTED;
      }
      print(new SimulationReport(setting, result), page);
      out().flush();
      err().flush();
      requireAnyPlan(result);
      return result.stopped() ? ExitCode.INTERRUPTED : ExitCode.DONE;
    } finally {
      interruption.close();
    }
  }

  private void print(SimulationReport result, Optional<PageOutput> page) {
    PrintWriter printer = beside(page.map(PageOutput::file));
    reportArguments.print(result, printer);
    page.ifPresent(
        target -> {
          target.file().write(new SimulationPage(result, target.run().get())::write);
          if (!reportArguments.json()) {
            printer.println("report written to " + target.file());
          }
        });
  }

  /**
   * Checks that each policy gave a plan that passed the contract.
   *
   * @throws PolicyException if all plans of a policy failed
   */
  static void requireAnyPlan(SimulationResult result) {
    for (PolicyScore score : result.policies()) {
      if (score.failedPlans() == result.scoredWindows()) {
        throw new PolicyException(
            "every plan of %s failed; the last failure: %s"
                .formatted(score.label(), score.lastFailure().orElse("unknown")));
      }
    }
  }
}
