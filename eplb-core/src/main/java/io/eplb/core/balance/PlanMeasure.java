package io.eplb.core.balance;

import io.eplb.api.Dispatch;
import io.eplb.api.EpRanks;
import io.eplb.api.ExpertTable;
import io.eplb.api.InvalidInputException;
import io.eplb.api.Objective;
import io.eplb.api.Placement;
import io.eplb.api.Rebalance;
import io.eplb.api.wording.Counted;
import io.eplb.api.wording.Shape;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The worth of a plan under the load that it was made for: the load ÷ speed of the hottest ranks
 * before and after, with the shares of traffic that the plan gives; and the peaks that the policy
 * expects in a measure of its own, if that is what it minimises. Immutable.
 */
public final class PlanMeasure {
  private final ExpertTable before;
  private final EpRanks ranks;
  private final Rebalance answer;
  private final Objective objective;
  private final double[] expertLoads;
  private final Dispatch dispatch;
  private final TrafficShares sharesBefore;
  private final TrafficShares shares;

  private PlanMeasure(
      ExpertTable before,
      EpRanks ranks,
      Dispatch dispatch,
      Rebalance answer,
      Objective objective,
      double[] expertLoads) {
    this.before = before;
    this.ranks = ranks;
    this.answer = answer;
    this.objective = objective;
    this.expertLoads = expertLoads;
    this.dispatch = dispatch;
    this.sharesBefore = TrafficShares.of(dispatch);
    this.shares = sharesBefore.after(answer);
  }

  /**
   * Creates the measure of a plan.
   *
   * @param before the table before the plan, EMPTY exactly where the ranks cannot use a slot
   * @param ranks the ranks as they are
   * @param dispatch the way in which the engine divides an expert's tokens among its replicas
   * @param answer the accepted answer, of the table's shape
   * @param objective what its policy minimises
   * @param expertLoads layers × experts tokens to measure under; copied
   * @throws InvalidInputException if the number of loads is not layers × experts
   */
  public static PlanMeasure of(
      ExpertTable before,
      EpRanks ranks,
      Dispatch dispatch,
      Rebalance answer,
      Objective objective,
      double[] expertLoads) {
    if (expertLoads.length != (long) before.layers() * before.experts()) {
      throw new InvalidInputException(
          "I1: a plan is to be measured by %s; %s need one each"
              .formatted(
                  Counted.of(expertLoads.length, "expert load"),
                  Shape.loads(before.layers(), before.experts())));
    }
    return new PlanMeasure(before, ranks, dispatch, answer, objective, expertLoads.clone());
  }

  /**
   * Returns the measure of the same plan under another load.
   *
   * @param otherLoads layers × experts tokens; copied
   * @throws InvalidInputException if their number is not layers × experts
   */
  public PlanMeasure under(double[] otherLoads) {
    return of(before, ranks, dispatch, answer, objective, otherLoads);
  }

  /**
   * Returns the load ÷ speed of the hottest rank of a layer before the plan, in tokens.
   *
   * @throws InvalidInputException if there is no such layer
   */
  public double peakBefore(int layer) {
    return peak(before.placement(), layer, sharesBefore);
  }

  /**
   * Returns what a layer saves by the plan, in tokens ÷ speed of its hottest rank; below 0 if it
   * loses. For a policy with a measure of its own that says which peaks it expects, it is the same
   * part of the peak as the policy expects to save in its measure.
   *
   * <p>Example: the hottest rank has 1,000 tokens. The policy expects its measure to fall from 8 to
   * 6, so a quarter is saved: 250 tokens, whatever the new row does to the hottest rank.
   *
   * @throws InvalidInputException if there is no such layer
   */
  public double saving(int layer) {
    double peak = peakBefore(layer);
    if (objective != Objective.OWN_MEASURE || !answer.hasExpectedPeak(layer)) {
      return peak - peak(answer.newPlacement(), layer, shares);
    }
    double expected = answer.expectedPeakBefore(layer);
    return expected > 0.0 ? peak - peak * (answer.expectedPeakAfter(layer) / expected) : 0.0;
  }

  private double peak(Placement placement, int layer, TrafficShares under) {
    int[] row = new int[before.physicalExperts()];
    placement.copyLayer(layer, row, 0);
    return new RowMeasure(dispatch, before.experts(), ranks)
        .measure(row, loads(layer), under.given(layer))
        .peak();
  }

  private double[] loads(int layer) {
    int experts = before.experts();
    double[] loads = new double[experts];
    System.arraycopy(expertLoads, layer * experts, loads, 0, experts);
    return loads;
  }

  /** Returns the way in which the engine divides an expert's tokens among its replicas. */
  public Dispatch dispatch() {
    return dispatch;
  }

  /** Returns PAR by speed of the table before the plan. */
  public BalanceReport before() {
    return BalanceReport.of(before, expertLoads, ranks, sharesBefore);
  }

  /**
   * Returns PAR by speed of a table that has all layers of the plan or some, with the shares that
   * the plan gives for those.
   *
   * @throws InvalidInputException if the table has another shape, or is not EMPTY where the ranks
   *     of the request cannot use a slot
   */
  public BalanceReport after(ExpertTable inForce) {
    return BalanceReport.of(inForce, expertLoads, ranks, shares.in(inForce, answer.newPlacement()));
  }

  /** Returns the load of every rank before the plan. */
  public RankLoads ranksBefore() {
    return RankLoads.of(before, expertLoads, ranks, sharesBefore);
  }

  /**
   * Returns the load of every rank in a table as in {@link #after}.
   *
   * @throws InvalidInputException as there
   */
  public RankLoads ranksAfter(ExpertTable inForce) {
    return RankLoads.of(inForce, expertLoads, ranks, shares.in(inForce, answer.newPlacement()));
  }

  /**
   * Returns the bottlenecks of a table as in {@link #after}, those of the layers with the greatest
   * PAR.
   *
   * @param most the most layers
   * @throws InvalidInputException as there
   */
  public List<Bottleneck> bottlenecks(ExpertTable inForce, int most) {
    return Bottleneck.of(
        inForce, expertLoads, ranks, shares.in(inForce, answer.newPlacement()), most);
  }

  /**
   * The peaks that a policy expects in its own measure, as means over layers.
   *
   * @param layers the layers for which it says them, 1 or more
   * @param before the mean peak before
   * @param after the mean peak after
   */
  public record Expected(int layers, double before, double after) {
    /** Creates a pair of means. */
    public Expected {}
  }

  /** Returns the peaks that the policy expects, whatever it minimises; empty if it does not say. */
  public Optional<Expected> expected() {
    int[] said = IntStream.range(0, before.layers()).filter(answer::hasExpectedPeak).toArray();
    if (said.length == 0) {
      return Optional.empty();
    }
    double sumBefore = 0.0;
    double sumAfter = 0.0;
    for (int layer : said) {
      sumBefore += answer.expectedPeakBefore(layer) / said.length;
      sumAfter += answer.expectedPeakAfter(layer) / said.length;
    }
    return Optional.of(new Expected(said.length, sumBefore, sumAfter));
  }
}
