package io.eplb.cli.reports;

import io.eplb.api.EpTopology;
import io.eplb.api.wording.Counted;
import io.eplb.core.simulation.PolicyScore;
import io.eplb.core.simulation.SimulationResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What {@code eplb simulate} has to say, for people and machines alike.
 *
 * @param setting what was simulated
 * @param result what came of it
 */
public record SimulationReport(Setting setting, SimulationResult result) {
  /**
   * What was simulated.
   *
   * @param trace the recording's name
   * @param windows how the recording's steps became windows
   * @param current the name of the map that all started from; empty for the initial layout
   * @param topology the group
   * @param estimator how windows became an estimate
   * @param alpha the newest window's weight in a moving average
   * @param duplicatesAllowed whether a rank may hold two replicas of one expert
   * @param seed for policies that draw at random
   */
  public record Setting(
      String trace,
      Windows windows,
      Optional<String> current,
      EpTopology topology,
      String estimator,
      Optional<Double> alpha,
      boolean duplicatesAllowed,
      long seed) {}

  /**
   * How the recording's steps became windows.
   *
   * @param steps how many were added up to one window
   * @param leftOver how many at the end made no window
   */
  public record Windows(int steps, int leftOver) {}

  /** A figure by which policies are compared; less is better. */
  enum Measure {
    PAR_NEXT_MEAN("PAR next window, mean", "%.4f"),
    PAR_NEXT_P95("PAR next window, p95", "%.4f"),
    PAR_NEXT_MAX("PAR next window, max", "%.4f"),
    PAR_SAME_MEAN("PAR same window, mean", "%.4f"),
    MOVED_FIRST("moved per layer, first", "%.1f"),
    MOVED_STEADY("moved per layer, later", "%.1f"),
    MILLIS_MEDIAN("planning ms, median", "%.2f"),
    MILLIS_MAX("planning ms, max", "%.2f");

    private final String title;
    private final String format;

    Measure(String title, String format) {
      this.title = title;
      this.format = format;
    }

    String title() {
      return title;
    }

    /** Returns the figure for people; a dash if there is none. */
    String shown(PolicyScore score) {
      double value = of(score);
      return Double.isInfinite(value) ? "–" : String.format(Locale.ROOT, format, value);
    }

    /** Returns the figure, infinite if there is none. */
    double of(PolicyScore score) {
      return switch (this) {
        case PAR_NEXT_MEAN -> score.parNextWindow().mean();
        case PAR_NEXT_P95 -> score.parNextWindow().p95();
        case PAR_NEXT_MAX -> score.parNextWindow().max();
        case PAR_SAME_MEAN -> score.parSameWindow().mean();
        case MOVED_FIRST -> score.movedFirst();
        case MOVED_STEADY -> score.movedSteady().orElse(Double.POSITIVE_INFINITY);
        case MILLIS_MEDIAN -> score.planMillisMedian();
        case MILLIS_MAX -> score.planMillisMax();
      };
    }
  }

  /** Returns whether a policy competes: it is no reference and gave a plan that could be used. */
  private boolean competes(PolicyScore score) {
    return !score.reference() && score.failedPlans() < result.scoredWindows();
  }

  /**
   * Returns the policies that show the least figure, several if they tie as shown; none if fewer
   * than two compete.
   */
  List<PolicyScore> best(Measure measure) {
    List<PolicyScore> competing = result.policies().stream().filter(this::competes).toList();
    double least = competing.stream().mapToDouble(measure::of).min().orElse(0.0);
    if (competing.size() < 2 || Double.isInfinite(least)) {
      return List.of();
    }
    String shown = "";
    for (PolicyScore score : competing) {
      shown = measure.of(score) == least ? measure.shown(score) : shown;
    }
    String wanted = shown;
    return competing.stream().filter(score -> measure.shown(score).equals(wanted)).toList();
  }

  /** Returns the recording and the group for people. */
  String subject() {
    Windows windows = setting.windows();
    return setting.trace()
        + ": "
        + Counted.grouped(result.windows(), "window")
        + (windows.steps() == 1 ? "" : " of " + Counted.grouped(windows.steps(), "step"))
        + " × "
        + Counted.grouped(result.layers(), "layer")
        + " × "
        + Counted.grouped(setting.topology().experts(), "expert")
        + setting.current().map(map -> "; starting from " + map).orElse("");
  }

  /** Returns the group for people. */
  String group() {
    EpTopology topology = setting.topology();
    return String.format(
        Locale.ROOT,
        "%s: %s × %,d, %s, %s; duplicates on a rank %s",
        Counted.grouped(topology.physicalExperts(), "slot"),
        Counted.grouped(topology.ranks(), "rank"),
        topology.slotsPerRank(),
        Counted.grouped(topology.nodes(), "node"),
        Counted.grouped(topology.expertGroups(), "group"),
        setting.duplicatesAllowed() ? "allowed" : "rejected");
  }

  /** Returns how windows became an estimate, for people. */
  String estimate() {
    return switch (setting.estimator()) {
      case "last" -> "the last window";
      case "mean" -> "mean of the windows so far";
      default ->
          "exponential moving average of the windows so far, alpha "
              + setting.alpha().map(String::valueOf).orElse("");
    };
  }

  /** Returns how far the simulation came, for people. */
  String scored() {
    return String.format(
        Locale.ROOT,
        "%,d of %s, each on the window after it%s",
        result.scoredWindows(),
        Counted.grouped(result.windows() - 1, "plan"),
        result.stopped() ? " (interrupted)" : "");
  }

  /** Returns what should make people doubt the recording or a policy, a sentence each. */
  List<String> remarks() {
    List<String> remarks = new ArrayList<>();
    result
        .conservation()
        .firstBreach()
        .ifPresent(
            breach ->
                remarks.add(
                    String.format(
                        Locale.ROOT,
                        "tokens are not conserved in %s of the recording; first in window"
                            + " %d, layer %d: %,.0f tokens, most layers have %,.0f",
                        Counted.grouped(result.conservation().breaches(), "layer"),
                        breach.window(),
                        breach.layer(),
                        breach.total(),
                        breach.expected())));
    if (setting.windows().leftOver() > 0) {
      remarks.add(
          Counted.grouped(setting.windows().leftOver(), "step")
              + " at the end of the recording made no window");
    }
    if (result.idleLayers() > 0) {
      remarks.add(
          String.format(
              Locale.ROOT,
              "without any load in scored windows: %s; PAR counts as 1",
              Counted.grouped(result.idleLayers(), "layer")));
    }
    for (PolicyScore score : result.policies()) {
      if (score.failedPlans() > 0) {
        remarks.add(
            String.format(
                Locale.ROOT,
                "%s: %s failed and kept the table; the last: %s",
                score.label(),
                Counted.grouped(score.failedPlans(), "plan"),
                score.lastFailure().orElse("unknown")));
      }
      if (score.rejectedLayers() > 0) {
        remarks.add(
            String.format(
                Locale.ROOT,
                "%s: %s rejected, keeping the row",
                score.label(),
                Counted.grouped(score.rejectedLayers(), "layer")));
      }
      if (score.duplicates() > 0) {
        remarks.add(
            String.format(
                Locale.ROOT,
                "%s: up to %s beside another one on the same rank",
                score.label(),
                Counted.grouped(score.duplicates(), "replica")));
      }
    }
    return remarks;
  }
}
