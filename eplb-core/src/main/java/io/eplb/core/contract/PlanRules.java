package io.eplb.core.contract;

import io.eplb.api.EpRanks;
import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.api.InvalidInputException;
import io.eplb.api.Placement;
import io.eplb.api.PolicyOptions;
import io.eplb.api.Rebalance;
import io.eplb.api.contract.Breach;
import io.eplb.api.contract.Rule;
import io.eplb.api.wording.Shape;
import io.eplb.core.foreign.PolicyDeclaration;
import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The rules for a question (I1, I2, I3 and I5) and for an answer as a whole (P1, P7 and P8). */
final class PlanRules {
  private PlanRules() {}

  /**
   * Rule I1: table, workload and topology have one shape, and the workload was measured under this
   * table.
   *
   * @throws InvalidInputException if they differ
   */
  static void requireShapes(ExpertTable table, ExpertWorkload workload, EpTopology topology) {
    if (table.experts() != topology.experts()
        || table.ranks() != topology.ranks()
        || table.slotsPerRank() != topology.slotsPerRank()) {
      throw wrongInput(
          "the expert table has %s, the topology %s"
              .formatted(
                  Shape.layer(table.experts(), table.ranks(), table.slotsPerRank()),
                  Shape.layer(topology.experts(), topology.ranks(), topology.slotsPerRank())));
    }
    if (workload.layers() != table.layers()
        || workload.ranks() != table.ranks()
        || workload.slotsPerRank() != table.slotsPerRank()) {
      throw wrongInput(
          "the workload has %s, the expert table %s"
              .formatted(
                  Shape.placement(workload.layers(), workload.ranks(), workload.slotsPerRank()),
                  Shape.placement(table.layers(), table.ranks(), table.slotsPerRank())));
    }
    if (workload.measuredUnder() != table.version()) {
      throw wrongInput(
          ("the workload was measured under version %d of the expert table, but version %d is in"
                  + " force; its slots hold other experts now")
              .formatted(workload.measuredUnder(), table.version()));
    }
  }

  /**
   * Rules I1 and I2: the table is EMPTY exactly where a rank cannot use its slot, and what is EMPTY
   * has no tokens. Then every expert is on a rank that lives (I3), since a table places each one.
   *
   * @throws InvalidInputException if not
   */
  static void requireRanks(ExpertTable table, ExpertWorkload workload, EpRanks ranks) {
    ranks.requireFits(table);
    if (!table.hasEmptySlots()) {
      return;
    }
    for (int window = 0; window < workload.windows(); window++) {
      for (int layer = 0; layer < table.layers(); layer++) {
        for (int rank = 0; rank < ranks.ranks(); rank++) {
          for (int slot = ranks.usableSlots(rank); slot < ranks.slotsPerRank(); slot++) {
            double tokens = workload.tokens(window, layer, rank, slot);
            if (tokens != 0.0) {
              throw new InvalidInputException(
                  "I2: window %s, layer %s, rank %s, slot %s has %s tokens and is EMPTY in the expert table; an EMPTY slot has none"
                      .formatted(window, layer, rank, slot, tokens));
            }
          }
        }
      }
    }
  }

  private static InvalidInputException wrongInput(String what) {
    return new InvalidInputException(whole(Rule.I1, what).toString());
  }

  /**
   * Rule I5: every option is one that the policy declares, of its type and in range.
   *
   * @return the given options as the policy declares them, with its defaults for the others
   * @throws InvalidInputException if one is not declared, of another type or out of range
   */
  static PolicyOptions resolved(PolicyDeclaration policy, PolicyOptions given) {
    try {
      return PolicyOptions.of(policy.options(), given.asMap());
    } catch (InvalidInputException wrong) {
      throw new InvalidInputException("policy " + policy.name() + ": " + wrong.getMessage(), wrong);
    }
  }

  /** Rule P1: an answer has the shape of the current table. */
  static @Nullable Breach otherShape(ExpertTable current, Placement answer) {
    if (answer.layers() == current.layers()
        && answer.ranks() == current.ranks()
        && answer.slotsPerRank() == current.slotsPerRank()) {
      return null;
    }
    return whole(
        Rule.P1,
        "the answer has %s instead of %s"
            .formatted(
                Shape.placement(answer.layers(), answer.ranks(), answer.slotsPerRank()),
                Shape.placement(current.layers(), current.ranks(), current.slotsPerRank())));
  }

  /** Rule P7: the same input gives the same answer. Both answers obey rule P1. */
  static @Nullable Breach otherAnswer(ExpertTable current, Rebalance first, Rebalance second) {
    if (first.changed() != second.changed()) {
      return whole(Rule.P7, "one answer changes the table and the other does not");
    }
    // The table stays, so the placements do not matter.
    if (!first.changed()) {
      return null;
    }
    Breach place = firstDifference(current, first.newPlacement(), second.newPlacement());
    if (place != null) {
      return place;
    }
    if (!first.newPlacement().equals(second.newPlacement())) {
      return whole(Rule.P7, "two answers list replicas in different orders");
    }
    if (!Arrays.equals(first.layerPriority(), second.layerPriority())) {
      return whole(Rule.P7, "two answers have different layer priorities");
    }
    return first.equals(second)
        ? null
        : whole(Rule.P7, "two answers have different shares, sources or expected peaks");
  }

  private static @Nullable Breach firstDifference(
      ExpertTable shape, Placement first, Placement second) {
    for (int layer = 0; layer < shape.layers(); layer++) {
      for (int rank = 0; rank < shape.ranks(); rank++) {
        for (int slot = 0; slot < shape.slotsPerRank(); slot++) {
          int one = first.expertAt(layer, rank, slot);
          int other = second.expertAt(layer, rank, slot);
          if (one != other) {
            String what = "expert " + one + " in one answer, " + other + " in the other";
            return Breach.of(Rule.P7, layer, rank, slot, what);
          }
        }
      }
    }
    return null;
  }

  /** Rule P7 for a second question that was not answered. */
  static Breach noSecondAnswer() {
    return whole(Rule.P7, "the second answer failed");
  }

  /** Rule P8: an answer comes before the deadline. */
  static Breach late(Duration deadline) {
    String time =
        deadline.toNanosPart() % 1_000_000 == 0 ? deadline.toMillis() + " ms" : deadline.toString();
    return whole(
        Rule.P8, "no answer within " + time + "; give it more time, or choose a faster policy");
  }

  private static Breach whole(Rule rule, String what) {
    return Breach.of(rule, -1, -1, -1, what);
  }
}
