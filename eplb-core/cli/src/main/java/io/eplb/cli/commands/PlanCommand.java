package io.eplb.cli.commands;

import io.eplb.api.Dispatch;
import io.eplb.api.ExpertTable;
import io.eplb.api.MigrationBudget;
import io.eplb.api.PolicyException;
import io.eplb.api.PolicyOptions;
import io.eplb.api.contract.LayerProposal;
import io.eplb.api.contract.PlacementRules;
import io.eplb.cli.arguments.ConfigArguments;
import io.eplb.cli.arguments.CurrentMap;
import io.eplb.cli.arguments.DispatchArguments;
import io.eplb.cli.arguments.LoadArguments;
import io.eplb.cli.arguments.OutputArguments;
import io.eplb.cli.arguments.PageArguments;
import io.eplb.cli.arguments.PlanInput;
import io.eplb.cli.arguments.PolicyArguments;
import io.eplb.cli.arguments.PriceArguments;
import io.eplb.cli.arguments.RankArguments;
import io.eplb.cli.arguments.ReportArguments;
import io.eplb.cli.arguments.SurvivalArguments;
import io.eplb.cli.arguments.TopologyArguments;
import io.eplb.cli.arguments.WholeNumber;
import io.eplb.cli.pictures.InputDigest;
import io.eplb.cli.pictures.PlanPage;
import io.eplb.cli.reports.PlanReport;
import io.eplb.cli.reports.SurvivalFigures;
import io.eplb.cli.reports.WindowFigures;
import io.eplb.cli.terminal.Progress;
import io.eplb.core.balance.PlanMeasure;
import io.eplb.core.config.EplbConfig;
import io.eplb.core.config.RankSettings;
import io.eplb.core.contract.GuardedPolicy;
import io.eplb.core.contract.PlanOutcome;
import io.eplb.core.contract.PlanRequest;
import io.eplb.core.elastic.Survival;
import io.eplb.core.format.InputSource;
import io.eplb.core.format.OutputTarget;
import io.eplb.core.migration.MigrationLimits;
import io.eplb.core.migration.MigrationPlan;
import io.eplb.core.registry.DiscoveredPolicy;
import io.eplb.core.registry.PolicyRegistry;
import io.eplb.core.selection.PolicySelection;
import java.io.InputStream;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The command {@code eplb plan}: plans a placement for a recorded load. */
@Command(
    name = "plan",
    description =
        "Plans a placement for a recorded load, and with --output writes it as an engine reads it.",
    sortOptions = false)
public final class PlanCommand extends EplbCommand {
  private static final int MOST_BOTTLENECKS = 10;

  @Mixin private LoadArguments loadArguments;
  @Mixin private TopologyArguments topologyArguments;
  @Mixin private RankArguments rankArguments;
  @Mixin private SurvivalArguments survivalArguments;
  @Mixin private PolicyArguments policyArguments;
  @Mixin private DispatchArguments dispatchArguments;
  @Mixin private OutputArguments outputArguments;
  @Mixin private PriceArguments priceArguments;

  @Mixin private ConfigArguments configArguments;

  @Option(
      names = "--repeat",
      paramLabel = "N",
      defaultValue = "1",
      converter = WholeNumber.Repetitions.class,
      description = "Plan N times and report min, median and max of the time.")
  private int repeat;

  @Mixin private PageArguments pageArguments;
  @Mixin private ReportArguments reportArguments;

  @Override
  public Integer call() {
    priceArguments.check();
    outputArguments.requireOutputOr(pageArguments.wanted());
    InputStream in = pageArguments.wanted() ? InputDigest.remembering(System.in) : System.in;
    List<InputSource> inputs =
        new ArrayList<>(
            loadArguments.inputs(in, configArguments.name(), rankArguments.speedFile()));
    EplbConfig settings =
        dispatchArguments.over(
            policyArguments.over(
                rankArguments.over(topologyArguments.over(configArguments.read(in)))));
    RankSettings.speedFile(settings).ifPresent(file -> inputs.add(InputSource.of(file, in)));
    OutputArguments.Destination destination = outputArguments.resolve(inputs, standardOutput());
    Optional<OutputTarget> page =
        pageArguments.resolve(inputs, standardOutput(), outputArguments.force());
    page.ifPresent(file -> destination.target().ifPresent(file::requireOther));
    try (Progress progress = progress();
        PolicyRegistry registry = policyArguments.policies(settings)) {
      DiscoveredPolicy policy = PolicySelection.find(registry, settings);
      PolicyOptions options = settings.resolveOptions(policy.options(), policyArguments.options());
      progress.begin("reading");
      PlanInput input = loadArguments.read(settings, in, destination.format());
      plan(
          policy,
          options,
          settings,
          input,
          destination,
          page.map(file -> new PageOutput(file, () -> run(inputs, in, seed()))),
          progress);
    }
    return 0;
  }

  private long seed() {
    return policyArguments.contract().seed();
  }

  private void plan(
      DiscoveredPolicy policy,
      PolicyOptions options,
      EplbConfig settings,
      PlanInput input,
      OutputArguments.Destination destination,
      Optional<PageOutput> page,
      Progress progress) {
    CurrentMap start = input.start();
    int failures = survivalArguments.failures(start.topology());
    double[] planMillis = new double[repeat];
    PlanOutcome outcome;
    PlanMeasure measure;
    Optional<Survival> survival;
    ExpertTable planned;
    try (GuardedPolicy guarded =
        new GuardedPolicy(
            policy::newInstance,
            policyArguments.contract().settings().withAlignSlots(input.running()))) {
      progress.begin("planning", repeat, "plans");
      outcome = plan(guarded, input, options, settings);
      planMillis[0] = outcome.planNanos() / 1e6;
      for (int round = 1; round < repeat; round++) {
        progress.done(round);
        guarded.forget();
        outcome = plan(guarded, input, options, settings);
        planMillis[round] = outcome.planNanos() / 1e6;
      }
      if (failures > 0) {
        progress.begin("spreading experts over nodes");
      }
      survival = survival(failures, settings.dispatch(), input, outcome.table());
      planned = survival.map(Survival::table).orElse(outcome.table());
      destination.continuing(start.layerIds()).write(planned, err());
      guarded.committed(outcome);
      progress.begin("measuring");
      measure =
          PlanMeasure.of(
              input.repair().table(),
              start.ranks(),
              settings.dispatch(),
              outcome.answer(),
              guarded.traits().objective(),
              input.expertLoads());
    }
    Optional<WindowFigures> windows = windows(input, measure, planned);
    PlanMeasure worst =
        windows
            .map(each -> measure.under(input.window(each.worstAfter().window())))
            .orElse(measure);
    Optional<MigrationPlan> moves =
        priceArguments.given() || page.isPresent()
            ? Optional.of(moves(input, planned))
            : Optional.empty();
    PlanReport report =
        new PlanReport(
            policy.name(),
            start.topology(),
            start.table().layers(),
            start.ranks(),
            input.running() ? input.repair().lostExperts() : 0,
            settings.dispatch(),
            measure.before(),
            measure.after(planned),
            windows,
            worst.bottlenecks(planned, MOST_BOTTLENECKS),
            measure.expected(),
            moved(input, planned),
            moves.flatMap(priceArguments::of),
            survival.map(spread -> SurvivalFigures.of(failures, spread)),
            outcome.rejectedLayers(),
            planned.duplicates(),
            PlanReport.Times.of(planMillis),
            destination.name());
    PrintWriter printer =
        beside(
            page.map(PageOutput::file)
                .filter(OutputTarget::isStandardOutput)
                .or(destination::target));
    reportArguments.print(report, printer);
    page.ifPresent(
        target -> {
          PlanPage.Tables tables =
              new PlanPage.Tables(
                  input.repair().table(),
                  planned,
                  input.expertLoads(),
                  measure.ranksBefore(),
                  measure.ranksAfter(planned),
                  windows.map(each -> worst.ranksAfter(planned)),
                  moves.orElseThrow(),
                  outputArguments.written(start.layerIds()));
          target.file().write(new PlanPage(report, tables, target.run().get())::write);
          if (!reportArguments.json()) {
            printer.println("report written to " + target.file());
          }
        });
  }

  /** Measures the plan in each window that it was made from; empty if that is one. */
  private static Optional<WindowFigures> windows(
      PlanInput input, PlanMeasure measure, ExpertTable planned) {
    if (input.range().windows() == 1) {
      return Optional.empty();
    }
    WindowFigures figures = new WindowFigures(planned.layers(), input.averaged());
    for (int window = input.range().first(); window <= input.range().last(); window++) {
      PlanMeasure alone = measure.under(input.window(window));
      figures.add(window, alone.before(), alone.after(planned));
    }
    return Optional.of(figures);
  }

  private static MigrationPlan moves(PlanInput input, ExpertTable planned) {
    return MigrationPlan.of(
        before(input), planned, input.start().topology(), MigrationLimits.DEFAULT);
  }

  /** Returns the table that moves start from: that of the engine, if one is running. */
  private static ExpertTable before(PlanInput input) {
    return input.running() ? input.start().table() : input.repair().table();
  }

  /** Spreads the experts of a plan over nodes, if nodes may fail. */
  private static Optional<Survival> survival(
      int failures, Dispatch dispatch, PlanInput input, ExpertTable planned) {
    return failures == 0
        ? Optional.empty()
        : Optional.of(
            Survival.of(
                input.repair().table(),
                planned,
                input.start().ranks(),
                input.expertLoads(),
                dispatch,
                failures,
                MigrationBudget.UNLIMITED));
  }

  /**
   * Counts the experts that ranks must receive, those that make the table of a running engine fit
   * included.
   */
  private static long moved(PlanInput input, ExpertTable planned) {
    CurrentMap start = input.start();
    ExpertTable before = before(input);
    LayerProposal layer =
        new LayerProposal(start.topology(), start.ranks(), MigrationBudget.UNLIMITED);
    long moved = 0;
    for (int at = 0; at < planned.layers(); at++) {
      layer.load(at, before, planned.placement(), true);
      moved += PlacementRules.expertsMoved(layer);
    }
    return moved;
  }

  private PlanOutcome plan(
      GuardedPolicy guarded, PlanInput input, PolicyOptions options, EplbConfig settings) {
    PlanOutcome outcome =
        guarded.plan(
            PlanRequest.builder(input.repair().table(), input.workload(), input.start().topology())
                .ranks(input.start().ranks())
                .options(options)
                .seed(seed())
                .costs(priceArguments.costs())
                .budget(input.running() ? MigrationBudget.UNLIMITED : MigrationBudget.FREE)
                .loadPhase(settings.loadPhase())
                .dispatch(settings.dispatch())
                .hints(settings.hints())
                .build());
    PolicyException failure = outcome.failure().orElse(null);
    if (failure != null) {
      throw failure;
    }
    return outcome;
  }
}
