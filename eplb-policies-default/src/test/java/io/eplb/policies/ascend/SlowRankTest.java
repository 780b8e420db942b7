package io.eplb.policies.ascend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.EpRanks;
import io.eplb.api.EpTopology;
import io.eplb.api.EplbPolicy;
import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.api.MigrationBudget;
import io.eplb.policies.flashlb.FlashlbPolicy;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** One rank of 32 computes at half speed. */
class SlowRankTest {
  private static final EpTopology TOPOLOGY = EpTopology.of(256, 32, 1, 1, 9);
  private static final int LAYERS = 4;

  /** The policies, and how much worse than on equal ranks the mean PAR may be. */
  static Stream<Arguments> policies() {
    return Stream.of(
        Arguments.of(named("ascend-default", AscendDefaultPolicy::new), 1.01),
        Arguments.of(named("swift", SwiftPolicy::new), 1.04),
        Arguments.of(named("flashlb", FlashlbPolicy::new), 1.01));
  }

  private static Named<Supplier<EplbPolicy>> named(String name, Supplier<EplbPolicy> policy) {
    return Named.of(name, policy);
  }

  private static RandomShapes shape(EpRanks ranks) {
    Random random = new Random(3);
    double[] loads = new double[LAYERS * 256];
    for (int at = 0; at < loads.length; at++) {
      loads[at] = Math.rint(1000 * Math.exp(0.8 * random.nextGaussian()));
    }
    ExpertTable table = ExpertTable.initial(LAYERS, TOPOLOGY);
    return new RandomShapes(
        TOPOLOGY,
        ranks,
        table,
        ExpertWorkload.ofExpertLoads(table, loads),
        MigrationBudget.UNLIMITED);
  }

  private static double meanPar(Answer answer) {
    double sum = 0.0;
    for (int layer = 0; layer < LAYERS; layer++) {
      sum += answer.parAfter(layer);
    }
    return sum / LAYERS;
  }

  @ParameterizedTest
  @MethodSource("policies")
  void theLoadIsSpreadBySpeed(Supplier<EplbPolicy> policy, double most) {
    double equal = meanPar(Answer.of(policy.get(), shape(EpRanks.nominal(TOPOLOGY)), Map.of()));
    for (int rank : new int[] {0, 17, 31}) {
      EpRanks ranks = EpRanks.builder(TOPOLOGY).speed(rank, 0.5).build();
      Answer answer = Answer.of(policy.get(), shape(ranks), Map.of());
      assertTrue(answer.parBefore(0) > 1.5);
      double slow = meanPar(answer);
      assertTrue(slow <= most * equal, () -> "rank " + rank + ": " + slow + " after " + equal);
    }
  }

  @ParameterizedTest
  @MethodSource("policies")
  void ranksThatAreAllEquallySlowGetThePlanOfNominalOnes(
      Supplier<EplbPolicy> policy, double ignored) {
    EpRanks.Builder slow = EpRanks.builder(TOPOLOGY);
    for (int rank = 0; rank < TOPOLOGY.ranks(); rank++) {
      slow.speed(rank, 0.5);
    }
    assertEquals(
        Answer.of(policy.get(), shape(EpRanks.nominal(TOPOLOGY)), Map.of()).rebalance(),
        Answer.of(policy.get(), shape(slow.build()), Map.of()).rebalance());
  }
}
