package io.eplb.policies.flashlb;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.eplb.api.EpRanks;
import io.eplb.api.EpTopology;
import io.eplb.policies.kernel.RankCapacity;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** The bounds rule out no exchange that trying all of them would choose. */
class RiskSwapsTest {
  private static final double[] Z_SCORES = {0.0, 0.674, 3.0, 100.0};

  @Property(tries = 600)
  void everyExchangeIsTheOneThatTryingAllOfThemFinds(
      @ForAll @IntRange(min = 2, max = 7) int ranks,
      @ForAll @IntRange(min = 1, max = 5) int slots,
      @ForAll @IntRange(min = 1, max = 6) int observations,
      @ForAll long seed) {
    Random random = new Random(seed);
    int size = ranks * slots;
    int experts = slots + random.nextInt(size - slots + 1);
    LoadWindow window = new LoadWindow(experts, observations);
    double[] usual = loads(experts, random);
    boolean opposite = random.nextBoolean();
    for (int number = 0; number < observations; number++) {
      window.add(observed(usual, opposite, number, random));
    }
    LayerRisk risk = new LayerRisk(experts, Z_SCORES[random.nextInt(Z_SCORES.length)]);
    risk.load(window);
    int[] row = row(experts, size, random);
    int[] counts = new int[experts];
    for (int expert : row) {
      counts[expert]++;
    }
    int[] expected = row.clone();
    RankCapacity capacity = capacity(ranks, slots, random);
    RankSums plainSums = new RankSums(risk, capacity);
    RankSums sums = new RankSums(risk, capacity);
    RiskSwaps swaps = new RiskSwaps(risk, sums);
    for (int exchange = 0; exchange < 8; exchange++) {
      plainSums.load(counts, expected);
      exchangePlainly(risk, plainSums, counts, expected);
      plainSums.load(counts, expected);
      sums.load(counts, row);
      int[] before = row.clone();
      swaps.descend(counts, row, 1);
      // Exchanges that are equal but for rounding may be of other experts and with another rank.
      if (!Arrays.equals(expected, row)) {
        double least = riskier(plainSums, before, expected);
        assertEquals(least, riskier(sums, before, row), 1e-12 * least);
        System.arraycopy(row, 0, expected, 0, size);
      }
    }
  }

  @Example
  void twoExchangesThatAreEquallyGoodMayLeaveOtherRanksUnlike() {
    everyExchangeIsTheOneThatTryingAllOfThemFinds(6, 4, 5, 5700);
  }

  @Property(tries = 200)
  void manyExchangesAtOnceAreThoseThatAreMadeOneByOne(@ForAll long seed) {
    Random random = new Random(seed);
    LoadWindow window = new LoadWindow(40, 5);
    double[] usual = loads(40, random);
    for (int number = 0; number < 5; number++) {
      window.add(observed(usual, false, number, random));
    }
    LayerRisk risk = new LayerRisk(40, 0.674);
    risk.load(window);
    int[] row = row(40, 48, random);
    int[] counts = new int[40];
    for (int expert : row) {
      counts[expert]++;
    }
    int[] stepwise = row.clone();
    RankSums sums = new RankSums(risk, RankCapacity.nominal(8, 6));
    sums.load(counts, row);
    new RiskSwaps(risk, sums).descend(counts, row, 10);
    sums.load(counts, stepwise);
    for (int exchange = 0; exchange < 10; exchange++) {
      new RiskSwaps(risk, sums).descend(counts, stepwise, 1);
    }
    assertArrayEquals(stepwise, row);
  }

  /** Draws equal or different speeds. */
  private static RankCapacity capacity(int ranks, int slots, Random random) {
    EpTopology topology = EpTopology.of(1, ranks, 1, 1, slots);
    EpRanks.Builder builder = EpRanks.builder(topology);
    boolean equal = random.nextBoolean();
    for (int rank = 0; rank < ranks && !equal; rank++) {
      builder.speed(rank, random.nextBoolean() ? 1.0 : 0.3 + random.nextDouble());
    }
    return RankCapacity.of(builder.build());
  }

  private static double[] loads(int experts, Random random) {
    boolean skewed = random.nextBoolean();
    double[] loads = new double[experts];
    Arrays.setAll(
        loads, expert -> skewed ? Math.exp(1.5 * random.nextGaussian()) : 1 + random.nextInt(4));
    return loads;
  }

  /** Draws a window; if {@code opposite}, every second expert is busy when the others are idle. */
  private static double[] observed(double[] usual, boolean opposite, int number, Random random) {
    double[] loads = usual.clone();
    for (int expert = 0; expert < loads.length; expert++) {
      loads[expert] *=
          opposite ? (expert + number) % 2 == 0 ? 1.5 : 0.5 : Math.exp(0.5 * random.nextGaussian());
    }
    return loads;
  }

  /** Places every expert once and some again, none twice on a rank. */
  private static int[] row(int experts, int size, Random random) {
    int[] row = new int[size];
    int shift = random.nextInt(experts);
    for (int slot = 0; slot < size; slot++) {
      row[slot] = (slot + shift) % experts;
    }
    return row;
  }

  /** Makes the best exchange of the riskiest rank, if one is worth it, by trying all of them. */
  private static void exchangePlainly(LayerRisk risk, RankSums sums, int[] counts, int[] row) {
    int hottest = 0;
    for (int rank = 1; rank < sums.ranks; rank++) {
      hottest = sums.risk(rank) > sums.risk(hottest) ? rank : hottest;
    }
    double least = sums.risk(hottest) - 1e-4 * risk.means.length / sums.capacity.totalSpeed;
    int bestHere = -1;
    int bestThere = -1;
    for (int there = 0; there < row.length; there++) {
      int rank = there / sums.slots;
      for (int here = hottest * sums.slots; here < (hottest + 1) * sums.slots; here++) {
        int gives = row[here];
        int gets = row[there];
        if (rank == hottest
            || holds(row, rank, gives, sums.slots)
            || holds(row, hottest, gets, sums.slots)) {
          continue;
        }
        double after =
            Math.max(
                sums.riskWith(hottest, gets, counts[gets], gives, counts[gives]),
                sums.riskWith(rank, gives, counts[gives], gets, counts[gets]));
        if (after < least) {
          least = after;
          bestHere = here;
          bestThere = there;
        }
      }
    }
    if (bestHere >= 0) {
      int given = row[bestHere];
      row[bestHere] = row[bestThere];
      row[bestThere] = given;
    }
  }

  private static boolean holds(int[] row, int rank, int expert, int slots) {
    return Arrays.stream(row, rank * slots, (rank + 1) * slots).anyMatch(held -> held == expert);
  }

  /** Returns the higher risk of the two ranks that an exchange has changed; else of all ranks. */
  private static double riskier(RankSums sums, int[] before, int[] after) {
    boolean same = Arrays.equals(before, after);
    double highest = 0.0;
    for (int slot = 0; slot < before.length; slot++) {
      if (same || before[slot] != after[slot]) {
        highest = Math.max(highest, sums.risk(slot / sums.slots));
      }
    }
    return highest;
  }
}
