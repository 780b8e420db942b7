package io.eplb.policies.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** Compares the fast kernels with plain ones. */
class ReferenceKernelsTest {
  /**
   * Many ties and zeros; the lengths include both sides of the limit at which sorting changes its
   * method.
   */
  @Provide
  Arbitrary<float[]> weights() {
    Arbitrary<Float> tied = Arbitraries.integers().between(0, 5).map(Integer::floatValue);
    Arbitrary<Float> wide =
        Arbitraries.doubles().between(0.0, 1e6).map(value -> (float) (double) value);
    Arbitrary<Float> counts = Arbitraries.integers().between(0, 70_000).map(Integer::floatValue);
    return Arbitraries.oneOf(tied, wide, counts)
        .array(Float[].class)
        .ofMinSize(1)
        .ofMaxSize(90)
        .map(ReferenceKernelsTest::unboxed);
  }

  private static float[] unboxed(Float[] boxed) {
    float[] weights = new float[boxed.length];
    for (int index = 0; index < boxed.length; index++) {
      weights[index] = boxed[index];
    }
    return weights;
  }

  private static long[] sortedKeys(float[] weights) {
    long[] keys = new long[weights.length];
    for (int index = 0; index < weights.length; index++) {
      keys[index] = WeightKey.of(weights[index], index);
    }
    HeaviestFirst.sort(keys, keys.length, new long[keys.length], new int[HeaviestFirst.HISTOGRAM]);
    return keys;
  }

  @Property
  void sortingPutsTheHeaviestFirstAndTheLowerIndexAmongEquals(@ForAll("weights") float[] weights) {
    long[] keys = sortedKeys(weights);
    long[] expected = keys.clone();
    Arrays.sort(expected);
    assertArrayEquals(expected, keys);
    for (long key : keys) {
      assertEquals(weights[WeightKey.index(key)], WeightKey.weight(key), 0f);
    }
  }

  @Property
  void replicationIsThePlainOne(
      @ForAll("weights") float[] loads, @ForAll @IntRange(max = 100) int redundant) {
    int experts = loads.length;
    int slots = experts + redundant;
    int[] counts = new int[experts];
    int[] expertOf = new int[slots];
    long[] tree = new long[TournamentTree.length(experts)];
    Replication.replicate(loads, 0, experts, slots, slots, counts, expertOf, tree);
    int[] expected = NaiveReference.replicate(loads, slots);
    assertArrayEquals(expected, expertOf);
    for (int expert = 0; expert < experts; expert++) {
      int one = expert;
      assertEquals(Arrays.stream(expected).filter(other -> other == one).count(), counts[expert]);
    }
  }

  @Property
  void cappedReplicationGivesNoExpertMoreThanTheCapAndUsesEverySlot(
      @ForAll("weights") float[] loads, @ForAll @IntRange(min = 1, max = 5) int most) {
    int experts = loads.length;
    int slots = experts + experts * (most - 1) / 2;
    int[] counts = new int[experts];
    long[] tree = new long[TournamentTree.length(experts)];
    Replication.replicate(loads, 0, experts, slots, most, counts, new int[slots], tree);
    assertEquals(slots, Arrays.stream(counts).sum());
    assertTrue(Arrays.stream(counts).allMatch(count -> count >= 1 && count <= most));
  }

  @Property
  void packingIsThePlainOne(
      @ForAll("weights") float[] drawn, @ForAll @IntRange(min = 1, max = 90) int divisor) {
    int packs = Math.min(divisor, drawn.length);
    float[] weights = Arrays.copyOf(drawn, drawn.length / packs * packs);
    int[] itemAt = new int[weights.length];
    BalancedPacking.pack(
        sortedKeys(weights),
        packs,
        weights.length / packs,
        itemAt,
        0,
        new int[packs],
        new long[TournamentTree.length(packs)]);
    assertArrayEquals(NaiveReference.pack(weights, packs), itemAt);
  }

  @Property
  void theListOfReplicasIsSortedByLoadPerReplicaThenBySlot(
      @ForAll("weights") float[] loads, @ForAll @IntRange(min = 1, max = 60) int redundant) {
    int experts = loads.length;
    int slots = experts + redundant;
    int[] counts = new int[experts];
    int[] expertOf = new int[slots];
    long[] tree = new long[TournamentTree.length(experts)];
    Replication.replicate(loads, 0, experts, slots, slots, counts, expertOf, tree);
    long[] items = new long[slots];
    ReplicaOrder.list(
        sortedKeys(loads),
        experts,
        slots,
        counts,
        expertOf,
        loads,
        0,
        items,
        new long[slots],
        new int[HeaviestFirst.HISTOGRAM]);
    float[] shares = new float[slots];
    for (int slot = 0; slot < slots; slot++) {
      shares[slot] = loads[expertOf[slot]] / counts[expertOf[slot]];
    }
    assertArrayEquals(sortedKeys(shares), items);
  }

  @Property
  void theLeastKeyWinsTheTournamentAfterAnyChange(
      @ForAll("weights") float[] weights, @ForAll long seed) {
    int size = weights.length;
    int leaves = TournamentTree.leaves(size);
    long[] tree = new long[TournamentTree.length(size)];
    long[] keys = new long[size];
    for (int index = 0; index < size; index++) {
      keys[index] = WeightKey.of(weights[index], index);
      tree[leaves + index] = keys[index];
    }
    TournamentTree.play(tree, leaves, size);
    Random random = new Random(seed);
    for (int change = 0; change < 20; change++) {
      assertEquals(Arrays.stream(keys).min().orElseThrow(), tree[TournamentTree.ROOT]);
      int changed = random.nextInt(size);
      keys[changed] = WeightKey.of(weights[random.nextInt(size)], changed);
      TournamentTree.replay(tree, leaves, changed, keys[changed]);
    }
  }
}
