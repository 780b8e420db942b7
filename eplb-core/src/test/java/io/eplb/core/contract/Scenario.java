package io.eplb.core.contract;

import io.eplb.api.EpTopology;
import io.eplb.api.EplbPolicy;
import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.api.Placement;
import io.eplb.api.PolicyContext;
import io.eplb.api.PolicyOption;
import io.eplb.api.Rebalance;
import java.util.List;
import java.util.stream.IntStream;

/** A small cluster to plan for, and the answers of a healthy policy. */
final class Scenario {
  static final int LAYERS = 5;
  static final EpTopology TOPOLOGY = EpTopology.of(8, 4, 1, 1, 3);
  static final ExpertTable CURRENT = ExpertTable.initial(LAYERS, TOPOLOGY);

  private Scenario() {}

  static ExpertWorkload workload(ExpertTable table) {
    double[] loads = new double[table.layers() * table.experts()];
    for (int index = 0; index < loads.length; index++) {
      loads[index] = 1 + index % 7;
    }
    return ExpertWorkload.ofExpertLoads(table, loads);
  }

  static PlanOutcome plan(GuardedPolicy policy) {
    return plan(policy, CURRENT);
  }

  static PlanOutcome plan(GuardedPolicy policy, ExpertTable current) {
    return policy.plan(request(current).build());
  }

  static PlanRequest.Builder request(ExpertTable current) {
    return PlanRequest.builder(current, workload(current), TOPOLOGY).seed(7);
  }

  /** Every rank takes over the experts of the next one: legal, and a change in every layer. */
  static Rebalance rotated(ExpertTable current, PolicyContext context) {
    return answer(current, rotation(current, context));
  }

  static Placement.Builder rotation(ExpertTable current, PolicyContext context) {
    Placement.Builder builder =
        Placement.builder(current.layers(), current.ranks(), current.slotsPerRank());
    int slots = current.physicalExperts();
    context.forEachLayer(
        current.layers(),
        () -> new int[slots * 2],
        (layer, row) -> {
          current.copyLayer(layer, row, 0);
          current.copyLayer(layer, row, slots);
          builder.setLayer(layer, row, current.slotsPerRank());
        });
    return builder;
  }

  static Rebalance answer(ExpertTable current, Placement.Builder builder) {
    return Rebalance.of(true, IntStream.range(0, current.layers()).toArray(), builder.build());
  }

  /** The answer of a policy. */
  @FunctionalInterface
  interface Answering {
    Rebalance answer(ExpertTable current, ExpertWorkload workload, PolicyContext context);
  }

  static EplbPolicy policy(Answering answering) {
    return new FakePolicy(answering, List.of());
  }

  record FakePolicy(Answering answering, List<PolicyOption<?>> options) implements EplbPolicy {
    @Override
    public String name() {
      return "fake";
    }

    @Override
    public Rebalance rebalanceExperts(
        ExpertTable current, ExpertWorkload workload, PolicyContext context) {
      return answering.answer(current, workload, context);
    }
  }
}
