package io.eplb.cli.commands;

import io.eplb.api.ExpertTable;
import io.eplb.api.MigrationBudget;
import io.eplb.api.PolicyException;
import io.eplb.api.PolicyOptions;
import io.eplb.api.contract.LayerProposal;
import io.eplb.api.contract.PlacementRules;
import io.eplb.cli.arguments.ConfigArguments;
import io.eplb.cli.arguments.CurrentMap;
import io.eplb.cli.arguments.LoadArguments;
import io.eplb.cli.arguments.OutputArguments;
import io.eplb.cli.arguments.PlanInput;
import io.eplb.cli.arguments.PolicyArguments;
import io.eplb.cli.arguments.RankArguments;
import io.eplb.cli.arguments.ReportArguments;
import io.eplb.cli.arguments.SurvivalArguments;
import io.eplb.cli.arguments.TopologyArguments;
import io.eplb.cli.arguments.WholeNumber;
import io.eplb.cli.reports.PlanReport;
import io.eplb.cli.reports.SurvivalFigures;
import io.eplb.core.balance.PlanMeasure;
import io.eplb.core.config.EplbConfig;
import io.eplb.core.config.RankSettings;
import io.eplb.core.contract.GuardedPolicy;
import io.eplb.core.contract.PlanOutcome;
import io.eplb.core.contract.PlanRequest;
import io.eplb.core.elastic.Survival;
import io.eplb.core.format.InputSource;
import io.eplb.core.registry.DiscoveredPolicy;
import io.eplb.core.registry.PolicyRegistry;
import io.eplb.core.selection.PolicySelection;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The command {@code eplb plan}: plans a placement for a recorded load. */
@Command(
    name = "plan",
    description = "Plans a placement for a recorded load and writes it as an engine reads it.",
    sortOptions = false)
public final class PlanCommand extends EplbCommand {
  @Mixin private LoadArguments loadArguments;
  @Mixin private TopologyArguments topologyArguments;
  @Mixin private RankArguments rankArguments;
  @Mixin private SurvivalArguments survivalArguments;
  @Mixin private PolicyArguments policyArguments;
  @Mixin private OutputArguments outputArguments;

  @Mixin private ConfigArguments configArguments;

  @Option(
      names = "--repeat",
      paramLabel = "N",
      defaultValue = "1",
      converter = WholeNumber.Repetitions.class,
      description = "Plan N times and report min, median and max of the time.")
  private int repeat;

  @Mixin private ReportArguments reportArguments;

  @Override
  public Integer call() {
    List<InputSource> inputs =
        new ArrayList<>(
            loadArguments.inputs(System.in, configArguments.name(), rankArguments.speedFile()));
    EplbConfig settings =
        policyArguments.over(
            rankArguments.over(topologyArguments.over(configArguments.read(System.in))));
    RankSettings.speedFile(settings).ifPresent(file -> inputs.add(InputSource.of(file, System.in)));
    OutputArguments.Destination destination = outputArguments.resolve(inputs, standardOutput());
    try (PolicyRegistry registry = policyArguments.policies(settings)) {
      plan(PolicySelection.find(registry, settings), settings, destination);
    }
    return 0;
  }

  private void plan(
      DiscoveredPolicy policy, EplbConfig settings, OutputArguments.Destination destination) {
    PolicyOptions options = settings.resolveOptions(policy.options(), policyArguments.options());
    PlanInput input = loadArguments.read(settings, System.in, destination.format());
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
      outcome = plan(guarded, input, options, settings);
      planMillis[0] = outcome.planNanos() / 1e6;
      for (int round = 1; round < repeat; round++) {
        guarded.forget();
        outcome = plan(guarded, input, options, settings);
        planMillis[round] = outcome.planNanos() / 1e6;
      }
      survival = survival(failures, input, outcome.table());
      planned = survival.map(Survival::table).orElse(outcome.table());
      destination.continuing(start.layerIds()).write(planned, err());
      guarded.committed(outcome);
      measure =
          PlanMeasure.of(
              input.repair().table(),
              start.ranks(),
              outcome.answer(),
              guarded.traits().objective(),
              input.expertLoads());
    }
    reportArguments.print(
        new PlanReport(
            policy.name(),
            start.topology(),
            start.table().layers(),
            start.ranks(),
            input.running() ? input.repair().lostExperts() : 0,
            measure.before(),
            measure.after(planned),
            measure.expected(),
            moved(input, planned),
            survival.map(spread -> SurvivalFigures.of(failures, spread)),
            outcome.rejectedLayers(),
            planned.duplicates(),
            PlanReport.Times.of(planMillis),
            destination.target().name()),
        beside(destination.target()));
  }

  /** Spreads the experts of a plan over nodes, if nodes may fail. */
  private static Optional<Survival> survival(int failures, PlanInput input, ExpertTable planned) {
    return failures == 0
        ? Optional.empty()
        : Optional.of(
            Survival.of(
                input.repair().table(),
                planned,
                input.start().ranks(),
                input.expertLoads(),
                failures,
                MigrationBudget.UNLIMITED));
  }

  /**
   * Counts the experts that ranks must receive, those that make the table of a running engine fit
   * included.
   */
  private static long moved(PlanInput input, ExpertTable planned) {
    CurrentMap start = input.start();
    ExpertTable before = input.running() ? start.table() : input.repair().table();
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
                .seed(policyArguments.contract().seed())
                .budget(input.running() ? MigrationBudget.UNLIMITED : MigrationBudget.FREE)
                .loadPhase(settings.loadPhase())
                .hints(settings.hints())
                .build());
    PolicyException failure = outcome.failure().orElse(null);
    if (failure != null) {
      throw failure;
    }
    return outcome;
  }
}
