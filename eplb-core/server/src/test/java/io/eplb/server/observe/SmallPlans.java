package io.eplb.server.observe;

import io.eplb.api.Dispatch;
import io.eplb.api.EpRanks;
import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/** Plans of a model with 2 layers and 4 experts on 2 ranks. */
public final class SmallPlans {
  private static final int LAYERS = 2;
  private static final EpTopology TOPOLOGY = EpTopology.withRedundantExperts(4, 2, 1, 1, 0);

  private SmallPlans() {}

  /** Returns a plan that changes three experts. */
  public static PlanRecord of(String group, String model, long number) {
    return of(group, model, number, PlanRecord.Outcome.CHANGED, "", List.of());
  }

  /** Returns a plan with an outcome of its own. */
  public static PlanRecord of(
      String group,
      String model,
      long number,
      PlanRecord.Outcome outcome,
      String reason,
      List<RejectedLayer> rejected) {
    // Ranks bear 3 and 1 of 4 in layer 0: heat 1.5 and 0.5. Layer 1 is idle.
    RankHeat before = heat(2, 1, 1, 0, 0, 0, 0, 0);
    RankHeat after = heat(1, 1, 1, 1, 0, 0, 0, 0);
    return new PlanRecord(
        group,
        model,
        Instant.parse("2026-11-30T05:00:00Z").plusSeconds(number),
        number,
        "default",
        Map.of("seed", "0"),
        Dispatch.EVEN,
        outcome,
        reason,
        number,
        outcome == PlanRecord.Outcome.CHANGED ? 3 : 0,
        25_000_000L,
        rejected,
        List.of(1.5, 1.0),
        List.of(1.25, 1.0),
        number == 1 ? OptionalDouble.empty() : OptionalDouble.of(1.25),
        number == 1 ? OptionalDouble.empty() : OptionalDouble.of(0.8),
        before,
        after);
  }

  private static RankHeat heat(double... loads) {
    return RankHeat.of(
        ExpertTable.initial(LAYERS, TOPOLOGY), loads, EpRanks.nominal(TOPOLOGY), Dispatch.EVEN);
  }
}
