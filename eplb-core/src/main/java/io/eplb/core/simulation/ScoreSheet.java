package io.eplb.core.simulation;

import io.eplb.api.EpRanks;
import io.eplb.api.ExpertTable;
import io.eplb.api.LayerBalance;
import io.eplb.core.balance.RankLoads;
import io.eplb.core.balance.TrafficShares;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** Collects the plans and scores of one contender. Used by one thread. */
final class ScoreSheet {
  private final Contender contender;
  private final EpRanks ranks;
  private final LoadMeter meter;
  private final Optional<StepSheet> steps;
  private final Sample next = Sample.ofRatios();
  private final Sample same = Sample.ofRatios();
  private final List<WindowScore> windows = new ArrayList<>();
  private final double[] sumByLayer;
  private ExpertTable table;
  private TrafficShares shares;
  private final List<Double> uncovered = new ArrayList<>();
  private long rejectedLayers;
  private long duplicates;
  private int failedPlans;
  private Optional<String> lastFailure = Optional.empty();

  /**
   * Starts without a plan.
   *
   * @param initial the table in force
   * @param shares those of the engine's dispatch
   * @param meter measures tables; several sheets may share it
   * @param steps collects scores on single steps, if they are scored
   */
  ScoreSheet(
      Contender contender,
      ExpertTable initial,
      TrafficShares shares,
      EpRanks ranks,
      LoadMeter meter,
      Optional<StepSheet> steps) {
    this.contender = contender;
    this.ranks = ranks;
    this.meter = meter;
    this.steps = steps;
    this.table = initial;
    this.shares = shares;
    this.sumByLayer = new double[initial.layers()];
  }

  Contender contender() {
    return contender;
  }

  /** Returns the contender's table in force. */
  ExpertTable table() {
    return table;
  }

  /**
   * Scores a plan.
   *
   * @param moveMicros the time of its moves, if they have a price
   * @param planned layers × experts tokens of the latest window that was planned from
   * @param following the same of the window after it
   */
  void take(
      PlannedStep step,
      OptionalDouble moveMicros,
      double[] planned,
      double boundPlanned,
      double[] following,
      double boundFollowing) {
    table = step.table();
    shares = shares.after(step.answer());
    double[] ratios = meter.measure(table, shares, following).peaksToAverage();
    double parNext = add(next, ratios);
    double parSame = add(same, meter.measure(table, shares, planned).peaksToAverage());
    for (int layer = 0; layer < ratios.length; layer++) {
      sumByLayer[layer] += ratios[layer];
    }
    windows.add(
        new WindowScore(
            windows.size(),
            parNext,
            LayerBalance.percentile(ratios, 5),
            LayerBalance.percentile(ratios, 95),
            boundFollowing,
            parSame,
            boundPlanned,
            (double) step.moved() / table.layers(),
            moveMicros,
            step.nanos() / 1e6));
    rejectedLayers += step.rejectedLayers();
    duplicates = Math.max(duplicates, table.duplicates());
    step.uncovered().ifPresent(experts -> uncovered.add((double) experts / table.layers()));
    if (step.failure().isPresent()) {
      failedPlans++;
      lastFailure = step.failure();
    }
  }

  /**
   * Scores the table in force on a single step.
   *
   * @param step layers × experts tokens
   */
  void take(double[] step) {
    steps.ifPresent(sheet -> sheet.add(meter.measure(table, shares, step)));
  }

  /** Ends the single steps of a window. */
  void endSteps() {
    steps.ifPresent(StepSheet::endWindow);
  }

  private static double add(Sample sample, double[] ratios) {
    double sum = 0.0;
    for (double ratio : ratios) {
      sample.add(ratio);
      sum += ratio;
    }
    return sum / ratios.length;
  }

  /**
   * Summarises the scores.
   *
   * @param start the score of the table that it started from, if steps are scored
   * @param lastWindow layers × experts tokens of the last window that a plan was scored on
   */
  PolicyScore score(Optional<StepScore> start, double[] lastWindow) {
    Optional<StepScore> scored = steps.map(StepSheet::score);
    return new PolicyScore(
        contender.label(),
        contender.policy(),
        contender.reference(),
        next.summary(),
        same.summary(),
        rejectedLayers,
        duplicates,
        failedPlans,
        lastFailure,
        uncovered.stream().mapToDouble(Double::doubleValue).average(),
        List.copyOf(windows),
        scored,
        scored.flatMap(own -> start.flatMap(kept -> Payback.of(windows, own, kept))),
        Arrays.stream(sumByLayer).mapToObj(sum -> sum / windows.size()).toList(),
        table,
        RankLoads.of(table, lastWindow, ranks, shares));
  }
}
