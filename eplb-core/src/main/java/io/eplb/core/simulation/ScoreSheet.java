package io.eplb.core.simulation;

import io.eplb.api.EpRanks;
import io.eplb.api.ExpertTable;
import io.eplb.api.LayerBalance;
import io.eplb.core.balance.BalanceReport;
import io.eplb.core.balance.RankLoads;
import io.eplb.core.balance.TrafficShares;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Collects the plans and scores of one contender. Used by one thread. */
final class ScoreSheet {
  private final Contender contender;
  private final EpRanks ranks;
  private final RatioSample next = new RatioSample();
  private final RatioSample same = new RatioSample();
  private final List<WindowScore> windows = new ArrayList<>();
  private final double[] sumByLayer;
  private ExpertTable table;
  private TrafficShares shares = TrafficShares.EVEN;
  private final List<Double> uncovered = new ArrayList<>();
  private long rejectedLayers;
  private long duplicates;
  private int failedPlans;
  private Optional<String> lastFailure = Optional.empty();

  ScoreSheet(Contender contender, ExpertTable initial, EpRanks ranks) {
    this.contender = contender;
    this.ranks = ranks;
    this.table = initial;
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
   * @param planned layers × experts tokens of the latest window that was planned from
   * @param following the same of the window after it
   */
  void take(
      PlannedStep step,
      double[] planned,
      double boundPlanned,
      double[] following,
      double boundFollowing) {
    table = step.table();
    shares = shares.after(step.answer());
    double[] ratios = ratios(BalanceReport.of(table, following, ranks, shares));
    double parNext = add(next, ratios);
    double parSame = add(same, ratios(BalanceReport.of(table, planned, ranks, shares)));
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
            step.nanos() / 1e6));
    rejectedLayers += step.rejectedLayers();
    duplicates = Math.max(duplicates, table.duplicates());
    step.uncovered().ifPresent(experts -> uncovered.add((double) experts / table.layers()));
    if (step.failure().isPresent()) {
      failedPlans++;
      lastFailure = step.failure();
    }
  }

  private static double[] ratios(BalanceReport report) {
    double[] ratios = new double[report.layers()];
    Arrays.setAll(ratios, report::peakToAverage);
    return ratios;
  }

  private static double add(RatioSample sample, double[] ratios) {
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
   * @param lastWindow layers × experts tokens of the last window that a plan was scored on
   */
  PolicyScore score(double[] lastWindow) {
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
        Arrays.stream(sumByLayer).mapToObj(sum -> sum / windows.size()).toList(),
        table,
        RankLoads.of(table, lastWindow, ranks, shares));
  }
}
