package io.eplb.policies.ascend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.api.LayerBalance;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class SwiftAgainstReferenceTest {
  private static final int LAYERS = 3;

  /** Experts, ranks, redundant experts. */
  private static final int[][] SHAPES = {
    {16, 4, 4}, {64, 8, 0}, {32, 4, 4}, {64, 8, 8}, {48, 8, 16}
  };

  @Test
  void thePortAnswersAsRecordedInMostLayers() {
    int same = 0;
    int layers = 0;
    for (GoldenCase golden : GoldenCase.all("ascend-swift").toList()) {
      EpTopology topology = golden.topology();
      int[] row = new int[topology.physicalExperts()];
      double[] load = new double[topology.experts()];
      double[] recorded = golden.numbers("newPlacement");
      for (int layer = 0; layer < golden.table().layers(); layer++) {
        golden.table().copyLayer(layer, row, 0);
        golden.workload().expertLoads(golden.table(), layer, load, 0);
        int[] ported = ReferenceSwift.plan(row, load, topology.ranks());
        int from = layer * row.length;
        int[] expected =
            Arrays.stream(recorded, from, from + row.length).mapToInt(id -> (int) id).toArray();
        layers++;
        same += perRank(ported, topology).equals(perRank(expected, topology)) ? 1 : 0;
      }
    }
    assertTrue(5 * same >= 2 * layers, same + " of " + layers);
  }

  private static List<Set<Integer>> perRank(int[] row, EpTopology topology) {
    List<Set<Integer>> ranks = new ArrayList<>();
    for (int from = 0; from < row.length; from += topology.slotsPerRank()) {
      ranks.add(
          Arrays.stream(row, from, from + topology.slotsPerRank())
              .boxed()
              .collect(Collectors.toSet()));
    }
    return ranks;
  }

  @Test
  void noCaseIsBalancedWorseOrForMoreTransfersThanByTheReference() {
    List<String> worse = new ArrayList<>();
    for (int seed = 0; seed < 200; seed++) {
      int[] shape = SHAPES[seed % SHAPES.length];
      EpTopology topology = EpTopology.withRedundantExperts(shape[0], shape[1], 1, 1, shape[2]);
      ExpertTable table = ExpertTable.initial(LAYERS, topology);
      Random random = new Random(seed);
      int kind = seed / SHAPES.length % 4;
      double[] loads = new double[LAYERS * topology.experts()];
      for (int layer = 0; layer < LAYERS; layer++) {
        double[] drawn = draw(kind, topology.experts(), random);
        System.arraycopy(drawn, 0, loads, layer * drawn.length, drawn.length);
      }
      ExpertWorkload workload = ExpertWorkload.ofExpertLoads(table, loads);
      Answer answer = Answer.of(new SwiftPolicy(), topology, table, workload);
      assertEquals(List.of(), answer.breaches());
      double par = 0.0;
      double referencePar = 0.0;
      int moved = 0;
      int referenceMoved = 0;
      boolean cheats = false;
      for (int layer = 0; layer < LAYERS; layer++) {
        int[] before = answer.currentRow(layer);
        assertTrue(
            Links.suffice(before, answer.row(layer), topology.slotsPerRank(), topology.ranks()),
            "seed " + seed + ", layer " + layer);
        int[] reference = ReferenceSwift.plan(before, answer.loads(layer), topology.ranks());
        cheats |= !Links.suffice(before, reference, topology.slotsPerRank(), topology.ranks());
        par += answer.parAfter(layer) / LAYERS;
        referencePar +=
            LayerBalance.of(reference, answer.loads(layer), topology.ranks()).peakToAverage()
                / LAYERS;
        moved += answer.moved(layer);
        referenceMoved += moved(before, reference, topology.slotsPerRank());
      }
      // Where the reference gains nothing, a quarter of the redundant slots may be tried.
      int allowed =
          referenceMoved == 0 ? LAYERS * ((topology.redundantExperts() + 3) / 4) : referenceMoved;
      if (par > referencePar * (1 + 1e-9) || moved > allowed) {
        worse.add(
            String.format(
                Locale.ROOT,
                "seed %d, %s, kind %d: PAR %.4f, reference %.4f%s; moved %d, reference %d",
                seed,
                Arrays.toString(shape),
                kind,
                par,
                referencePar,
                cheats ? " (uses a link twice)" : "",
                moved,
                referenceMoved));
      }
    }
    assertEquals(List.of(), worse, () -> worse.size() + " cases:\n" + String.join("\n", worse));
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

  /** Draws loads in which some experts are hot, or that fall with a power, or are log-normal. */
  private static double[] draw(int kind, int experts, Random random) {
    double[] loads = new double[experts];
    for (int expert = 0; expert < experts; expert++) {
      loads[expert] =
          switch (kind) {
            case 0, 1 -> 500.0 + random.nextInt(1500);
            case 2 -> Math.rint(10_000 * Math.exp(random.nextGaussian()));
            default -> Math.floor(180_000 / Math.pow(1 + random.nextInt(experts), 0.9));
          };
    }
    for (int hot = 0; kind == 0 && hot < 3; hot++) {
      loads[random.nextInt(experts)] = 50_000.0 + random.nextInt(90_000);
    }
    for (int hot = 0; kind == 1 && hot < 1 + experts / 16; hot++) {
      loads[random.nextInt(experts)] = 5_000.0 + random.nextInt(30_000);
    }
    return loads;
  }
}
