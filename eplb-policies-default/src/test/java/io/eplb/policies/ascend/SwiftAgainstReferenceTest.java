package io.eplb.policies.ascend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.api.LayerBalance;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Compares {@code swift} with the procedure of the reference, over cases like the recorded ones.
 */
class SwiftAgainstReferenceTest {
  /** Cases of a shape and a kind of load in which {@code swift} may be beaten. */
  private static final int MOST_BEATEN = 1;

  private static final double BALANCED = 1.01;
  private static final double LEAST_FALL = 0.01;
  private static final int MOST_SWAPS = 100;

  /** The shapes of the recorded cases, and some in between. */
  enum Shape {
    SMALL(3, 16, 4, 4, 60),
    SMALL_WIDE(3, 32, 4, 4, 40),
    MIDDLE(3, 64, 8, 8, 20),
    MIDDLE_WITHOUT_REDUNDANCY(3, 64, 8, 0, 20),
    QWEN_EP16(4, 128, 16, 16, 5),
    V3_EP8(3, 256, 8, 8, 4),
    V3_EP8_WITHOUT_REDUNDANCY(3, 256, 8, 0, 8),
    V3_EP32(3, 256, 32, 32, 2),
    K2_EP32(3, 384, 32, 32, 1);

    final int layers;
    final int cases;
    private final int experts;
    private final int ranks;
    private final int redundant;

    Shape(int layers, int experts, int ranks, int redundant, int cases) {
      this.layers = layers;
      this.cases = cases;
      this.experts = experts;
      this.ranks = ranks;
      this.redundant = redundant;
    }

    EpTopology topology() {
      return EpTopology.withRedundantExperts(experts, ranks, 1, 1, redundant);
    }
  }

  /** The kinds of load of the recorded cases of this policy and of others. */
  enum Kind {
    HOT,
    ZIPF,
    LOGNORMAL,
    SPARSE,
    MILD;

    double[] draw(int experts, Random random) {
      double[] loads = new double[experts];
      Integer[] places = new Integer[experts];
      Arrays.setAll(places, place -> place);
      Collections.shuffle(Arrays.asList(places), random);
      double spread = experts <= 16 ? 1.0 : 1.1;
      for (int expert = 0; expert < experts; expert++) {
        double normal = random.nextGaussian();
        loads[expert] =
            switch (this) {
              case HOT -> 1 + Math.floor(1_000 * Math.exp(0.35 * normal));
              case ZIPF -> 1 + Math.floor(250_000 * Math.exp(0.2 * normal) / (1 + places[expert]));
              case LOGNORMAL -> 1 + Math.floor(9_500 * Math.exp(spread * normal));
              case SPARSE -> random.nextInt(10) < 6 ? 0.0 : Math.rint(1_000 * Math.exp(normal));
              case MILD -> 8_000 + random.nextInt(7_000);
            };
      }
      for (int hot = 0; this == HOT && hot < 3; hot++) {
        loads[random.nextInt(experts)] = 50_000.0 + random.nextInt(90_000);
      }
      return loads;
    }
  }

  static List<GoldenCase> recorded() {
    return GoldenCase.all("ascend-swift").toList();
  }

  @ParameterizedTest
  @MethodSource("recorded")
  void theProcedureOfTheReferenceBalancesAndMovesAsRecordedInEveryLayer(GoldenCase golden) {
    EpTopology topology = golden.topology();
    int[] row = new int[topology.physicalExperts()];
    double[] load = new double[topology.experts()];
    double mean = 0.0;
    for (int layer = 0; layer < golden.table().layers(); layer++) {
      golden.table().copyLayer(layer, row, 0);
      golden.workload().expertLoads(golden.table(), layer, load, 0);
      mean = layer == 0 ? Arrays.stream(load).sum() / topology.ranks() : mean;
      int[] ported = reference(row, load, topology.ranks(), mean);
      assertEquals(
          golden.numbers("expertsMoved")[layer],
          moved(row, ported, topology.slotsPerRank()),
          "layer " + layer);
      assertEquals(
          golden.numbers("imbalanceAfter")[layer],
          LayerBalance.of(ported, load, topology.ranks()).peakToAverage(),
          1e-6,
          "layer " + layer);
    }
  }

  /**
   * The reference may use a link twice, which {@code swift} must not, and so reaches a lower peak.
   * And {@code swift} does not measure a layer by a first layer with hardly any load. Of 3,600
   * cases like these, one in a thousand is balanced worse, and one in a thousand takes more
   * transfers.
   */
  @ParameterizedTest
  @EnumSource(Shape.class)
  void casesAreBalancedNoWorseAndForNoMoreTransfersThanByTheReference(Shape shape) {
    for (Kind kind : Kind.values()) {
      List<String> beaten = new ArrayList<>();
      for (int seed = 0; seed < shape.cases; seed++) {
        compare(shape, kind, seed, beaten);
      }
      assertTrue(
          beaten.size() <= MOST_BEATEN, () -> beaten.size() + ":\n" + String.join("\n", beaten));
    }
  }

  private static void compare(Shape shape, Kind kind, int seed, List<String> beaten) {
    EpTopology topology = shape.topology();
    int experts = topology.experts();
    int ranks = topology.ranks();
    ExpertTable table = ExpertTable.initial(shape.layers, topology);
    Random random = new Random(seed);
    double[] loads = new double[shape.layers * experts];
    for (int layer = 0; layer < shape.layers; layer++) {
      System.arraycopy(kind.draw(experts, random), 0, loads, layer * experts, experts);
    }
    double mean = Arrays.stream(loads, 0, experts).sum() / ranks;
    Answer answer =
        Answer.of(new SwiftPolicy(), topology, table, ExpertWorkload.ofExpertLoads(table, loads));
    assertEquals(List.of(), answer.breaches());
    double par = 0.0;
    double referencePar = 0.0;
    int moved = 0;
    int referenceMoved = 0;
    boolean cheats = false;
    for (int layer = 0; layer < shape.layers; layer++) {
      int[] before = answer.currentRow(layer);
      assertTrue(
          Links.suffice(before, answer.row(layer), topology.slotsPerRank(), ranks),
          () -> shape + ", " + kind + ", seed " + seed);
      double[] load = Arrays.copyOfRange(loads, layer * experts, (layer + 1) * experts);
      int[] reference = reference(before, load, ranks, mean);
      cheats |= !Links.suffice(before, reference, topology.slotsPerRank(), ranks);
      par += answer.parAfter(layer) / shape.layers;
      referencePar += LayerBalance.of(reference, load, ranks).peakToAverage() / shape.layers;
      moved += answer.moved(layer);
      referenceMoved += moved(before, reference, topology.slotsPerRank());
    }
    if (par > referencePar * (1 + 1e-9) || moved > referenceMoved) {
      beaten.add(
          String.format(
              Locale.ROOT,
              "%s, %s, seed %d: PAR %.4f, reference %.4f%s; moved %d, reference %d",
              shape,
              kind,
              seed,
              par,
              referencePar,
              cheats ? " (uses a link twice)" : "",
              moved,
              referenceMoved));
    }
  }

  /**
   * Returns the row that the reference keeps: the new one if it believes it better, else the old
   * one.
   */
  private static int[] reference(int[] before, double[] load, int ranks, double firstMean) {
    double current = LayerBalance.of(before, load, ranks).peakToAverage();
    int slots = before.length / ranks;
    ReferenceProcedure procedure = new ReferenceProcedure(ranks, slots, load.length, ranks);
    boolean better =
        current >= BALANCED
            && procedure.run(before, load, LEAST_FALL * firstMean, MOST_SWAPS) / firstMean
                < current;
    return better ? procedure.row().clone() : before;
  }

  private static int moved(int[] before, int[] after, int slots) {
    int moved = 0;
    for (int from = 0; from < before.length; from += slots) {
      Set<Integer> held =
          Arrays.stream(before, from, from + slots).boxed().collect(Collectors.toSet());
      moved +=
          (int)
              Arrays.stream(after, from, from + slots)
                  .distinct()
                  .filter(expert -> !held.contains(expert))
                  .count();
    }
    return moved;
  }
}
