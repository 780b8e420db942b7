package io.eplb.server.planning;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.core.config.EplbConfig;
import io.eplb.core.config.Settings;
import io.eplb.core.format.NumberArray;
import io.eplb.server.problem.ProblemException;
import io.eplb.server.state.StateFolder;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Every contradiction is refused by one line that names both sides. */
class RefusedQuestionsTest {
  /** 1 layer × 4 experts. */
  private static final NumberArray LOAD = Asks.array(new int[] {1, 4}, 1, 2, 3, 4);

  private static final NumberArray TABLE = Asks.array(new int[] {1, 2, 3}, 0, 1, 2, 3, 0, 1);

  @Test
  void sizesThatContradictEachOther() {
    refuse(
        PlanAsk.ofLoad("g", LOAD)
            .current(Asks.array(new int[] {2, 6}, 0, 1, 2, 3, 0, 1, 0, 1, 2, 3, 0, 1)),
        422,
        "I1: current is 2 × 6, load is 1 × 4; they must agree on layers");
    refuse(
        PlanAsk.ofWorkload("g", Asks.array(new int[] {1, 3, 2}, 1, 1, 1, 1, 1, 1)).current(TABLE),
        422,
        "I1: current is 1 × 2 × 3, workload is 1 × 3 × 2; they must agree on layers, ranks and slots");
    refuse(
        load(ask -> ask.ranks(3).slots(7)),
        422,
        "I4: slots is 7, ranks is 3; slots must be a multiple of ranks");
    refuse(
        load(ask -> ask.ranks(2).slots(2)),
        422,
        "2 slots per layer for 4 experts; every expert needs at least one slot");
    refuse(
        load(ask -> ask.ranks(4)),
        400,
        "4 ranks do not divide 4 experts + 2 redundant experts = 6 slots");
    refuse(load(ask -> ask.ranks(6).nodes(4)), 422, "I4: 4 nodes do not divide 6 ranks");
    refuse(load(ask -> ask.ranks(2).groups(3)), 422, "I4: 3 groups do not divide 4 experts");
    refuse(
        PlanAsk.ofLoad("g", LOAD)
            .current(Asks.array(new int[] {1, 5}, 0, 1, 2, 3, 0))
            .ranks(2)
            .slots(4),
        422,
        "I1: current has 5 slots per layer, which is neither a multiple of the 2 ranks nor of the 2 slots of a rank (slots is 4)");
    refuse(
        PlanAsk.ofWorkload("g", Asks.array(new int[] {1, 1, 2}, 1, 1)),
        422,
        "I1: workload has 2 slots per layer, num_redundant_experts is 2 (command line)");
  }

  private static void refuse(PlanAsk.Builder ask, int status, String expected) {
    EplbConfig config =
        EplbConfig.defaults().with(Settings.REDUNDANT_EXPERTS, 2L).with(Settings.RANKS, 2L);
    refuse(config, ask, status, expected);
  }

  private static void refuse(EplbConfig config, PlanAsk.Builder ask, int status, String expected) {
    try (ServiceRig rig =
        new ServiceRig(PlanSettings.builder(config).build(), StateFolder.none())) {
      ProblemException refused = rig.refusal(ask);
      assertTrue(refused.detail().startsWith(expected), refused.detail());
      assertEquals(status, refused.status(), refused.detail());
      assertEquals(1, refused.detail().lines().count());
      assertTrue(rig.service.models().stream().allMatch(model -> model.history() == 0));
    }
  }

  private static PlanAsk.Builder load(UnaryOperator<PlanAsk.Builder> more) {
    return more.apply(PlanAsk.ofLoad("g", LOAD));
  }

  @Test
  void idsThatAreNoExpertsOrMissing() {
    refuseTable(
        422, "I1: current has 4 at layer 0, rank 1, slot 2; experts are 0 to 3", 0, 1, 2, 3, 0, 4);
    refuseTable(422, "I1: current has -2 at layer 0, rank 0, slot 1", 0, -2, 2, 3, 0, 1);
    refuseTable(422, "I1: current has 1.5 at layer 0, rank 0, slot 1", 0, 1.5, 2, 3, 0, 1);
    refuseTable(422, "I1: current has NaN at layer 0, rank 0, slot 0", Double.NaN, 1, 2, 3, 0, 1);
    refuseTable(
        422,
        "I1: current has no expert (-1) at layer 0, rank 1, slot 2, but rank 1 has not failed; give the slot an expert, or name the rank in failed",
        0,
        1,
        2,
        3,
        0,
        -1);
    refuseTable(
        422, "I3: current has no slot for expert 3 in layer 0; every expert", 0, 1, 2, 2, 0, 1);
    refuseTable(
        422, "I3: current has no slot for expert 2 in layer 0, nor for 1 more", 0, 1, 0, 1, 0, 1);
  }

  @Test
  void workloadsUnderATableThatIsNone() {
    refuseWorkload("I1: current has NaN at layer 0, rank 0, slot 1", 0, Double.NaN, 1, 2);
    refuseWorkload("I1: current has 1000000 at layer 0, rank 1, slot 1", 0, 1, 2, 1e6);
    refuseWorkload("I1: current has -2 at layer 0, rank 0, slot 0", -2, -2, -2, -2);
    refuse(
        PlanAsk.ofWorkload("g", Asks.array(new int[] {1, 1, 1_000}, new double[1_000]))
            .ranks(65_536),
        400,
        "65536 ranks × 1000 slots are 65536000 slots per layer; at most 16777216 are supported");
  }

  private static void refuseWorkload(String expected, double... ids) {
    refuse(
        PlanAsk.ofWorkload("g", Asks.array(new int[] {1, 2, 2}, 1, 1, 1, 1))
            .current(Asks.array(new int[] {1, 2, 2}, ids)),
        422,
        expected);
  }

  private static void refuseTable(int status, String expected, double... ids) {
    refuse(
        PlanAsk.ofLoad("g", LOAD).current(Asks.array(new int[] {1, 2, 3}, ids)), status, expected);
  }

  @Test
  void failedRanksThatContradictTheGroup() {
    refuse(
        table(ask -> ask.failed(List.of(2))),
        400,
        "failed: rank 2 does not exist; ranks are 0 to 1");
    refuse(table(ask -> ask.failed(List.of(1, 1))), 400, "failed: rank 1 is named twice");
    refuse(
        table(ask -> ask.ranks(4).failed(List.of(1))),
        422,
        "I1: failed names rank 1, but from 2 ranks × 3 slots to 4 ranks × 3 slots none leave");
    refuse(
        table(ask -> ask.ranks(1).slots(4).failed(List.of(0, 1))),
        422,
        "I1: failed names ranks 0, 1, but from 2 ranks × 3 slots to 1 rank × 4 slots only 1 leave");
    refuse(
        table(ask -> ask.ranks(1).slots(4).failed(List.of(5))),
        400,
        "failed: rank 5 is no rank; current has the ranks 0 to 1");
    EplbConfig speeds = EplbConfig.defaults().with(Settings.RANK_SPEED, "1,0.5,1");
    refuse(
        speeds, table(ask -> ask), 400, "--rank-speed has 3 speeds for 2 ranks; give one per rank");
  }

  private static PlanAsk.Builder table(UnaryOperator<PlanAsk.Builder> more) {
    return more.apply(PlanAsk.ofLoad("g", LOAD).current(TABLE));
  }

  @Test
  void loadsThatAreNone() {
    refuseLoad("I2: the load of layer 0, expert 2 is -1.0", 1, 1, -1, 1);
    refuseLoad("I2: the load of layer 0, expert 0 is NaN", Double.NaN, 1, 1, 1);
    refuseLoad("I2: the load of layer 0, expert 3 is Infinity", 1, 1, 1, Double.POSITIVE_INFINITY);
    refuseLoad("I2: the loads of layer 0 sum to more than", 1e308, 1e308, 0, 0);
    refuse(
        PlanAsk.ofLoad("g", Asks.array(new int[] {2, 1, 4}, 1, 1, 1, 1, 1, -3, 1, 1)),
        422,
        "I2: the load of window 1, layer 0, expert 1 is -3.0");
    refuse(
        PlanAsk.ofWorkload("g", Asks.array(new int[] {1, 2, 4}, 1, 1, 1, 1, 1, -1, 1, 1)),
        422,
        "I2: the load of layer 0, rank 1, slot 1 is -1.0");
    refuse(
        PlanAsk.ofWorkload("g", Asks.array(new int[] {1, 3, 2}, 1, 1, 1, 1, 0, 5))
            .current(Asks.array(new int[] {1, 3, 2}, 0, 1, 2, 3, -1, -1)),
        422,
        "I2: workload has 5.0 tokens at layer 0, rank 2, slot 1, which is empty (-1) in current");
  }

  private static void refuseLoad(String expected, double... load) {
    refuse(PlanAsk.ofLoad("g", Asks.array(new int[] {1, 4}, load)), 422, expected);
  }

  @Test
  void aGroupOfWhichNobodyKnowsTheRanks() {
    refuse(
        EplbConfig.defaults(),
        load(ask -> ask),
        400,
        "ranks is missing; say how many devices share the experts");
  }

  @Test
  void everyCutOfAGoodTableIsAnsweredOrRefused() {
    double[] good = {0, 1, 2, 3, 0, 1};
    try (ServiceRig rig = new ServiceRig("default")) {
      for (int at = 0; at < good.length; at++) {
        for (double id = -2; id <= 5; id++) {
          double[] ids = Arrays.copyOf(good, good.length);
          ids[at] = id;
          var future =
              rig.service.plan(
                  PlanAsk.ofLoad("g", LOAD).current(Asks.array(new int[] {1, 2, 3}, ids)).build());
          try {
            Asks.answer(future);
          } catch (AssertionError refused) {
            assertEquals(422, ((ProblemException) Asks.refusal(future)).status());
          }
        }
      }
    }
  }
}
