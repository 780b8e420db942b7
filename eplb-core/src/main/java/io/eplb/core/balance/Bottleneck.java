package io.eplb.core.balance;

import io.eplb.api.EpRanks;
import io.eplb.api.ExpertTable;
import io.eplb.api.LayerBalance;
import io.eplb.api.Placement;
import io.eplb.api.dispatch.LayerDispatch;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The reason of a layer's peak: the ranks that decide it, and the experts whose tokens they get.
 * These are the experts to replicate, on other ranks.
 *
 * @param layer the layer
 * @param peakToAverage its PAR
 * @param ranks the tight ranks of {@link LayerDispatch#tight}, in ascending order
 * @param everyRank whether these are all that live: nothing can be gained
 * @param experts the experts that bring them tokens, most tokens first
 */
public record Bottleneck(
    int layer,
    double peakToAverage,
    List<Integer> ranks,
    boolean everyRank,
    List<BusyExpert> experts) {

  /** Takes copies. */
  public Bottleneck {
    ranks = List.copyOf(ranks);
    experts = List.copyOf(experts);
  }

  /**
   * An expert that brings tokens to tight ranks.
   *
   * @param expert the expert
   * @param share the tokens that it brings to them, as a part of the layer's tokens
   * @param replicas the number of slots that hold it
   */
  public record BusyExpert(int expert, double share, int replicas) {}

  /**
   * Returns the bottlenecks of the layers with the greatest PAR, the greatest first, layers without
   * load left out.
   *
   * @param expertLoads layers × experts tokens, each finite and at least 0
   * @param ranks the ranks as they are
   * @param shares the part of its expert's traffic that each replica gets
   * @param most the most layers
   * @throws io.eplb.api.InvalidInputException as {@link BalanceReport#of(ExpertTable, double[],
   *     EpRanks)}
   */
  public static List<Bottleneck> of(
      ExpertTable table, double[] expertLoads, EpRanks ranks, TrafficShares shares, int most) {
    BalanceReport report = BalanceReport.of(table, expertLoads, ranks, shares);
    RowMeasure measure = new RowMeasure(shares.dispatch(), table.experts(), ranks);
    int[] row = new int[table.physicalExperts()];
    double[] loads = new double[table.experts()];
    List<Bottleneck> found = new ArrayList<>();
    IntStream.range(0, table.layers())
        .boxed()
        .sorted(Comparator.comparingDouble(layer -> -report.peakToAverage(layer)))
        .limit(most)
        .forEach(
            layer -> {
              table.copyLayer(layer, row, 0);
              System.arraycopy(expertLoads, layer * loads.length, loads, 0, loads.length);
              LayerBalance balance = measure.measure(row, loads, shares.given(layer));
              if (!balance.idle()) {
                found.add(of(layer, row, loads, balance, ranks, measure));
              }
            });
    return found;
  }

  private static Bottleneck of(
      int layer,
      int[] row,
      double[] loads,
      LayerBalance balance,
      EpRanks ranks,
      RowMeasure measure) {
    List<Integer> tight = IntStream.range(0, ranks.ranks()).filter(measure::tight).boxed().toList();
    double total = balance.mean() * ranks.totalSpeed();
    double[] brought = new double[loads.length];
    int[] replicas = new int[loads.length];
    for (int slot = 0; slot < row.length; slot++) {
      if (row[slot] != Placement.EMPTY) {
        replicas[row[slot]]++;
        if (measure.tight(slot / ranks.slotsPerRank())) {
          brought[row[slot]] += measure.share(slot) * loads[row[slot]];
        }
      }
    }
    List<BusyExpert> experts =
        IntStream.range(0, loads.length)
            .filter(expert -> brought[expert] > 0.0)
            .mapToObj(expert -> new BusyExpert(expert, brought[expert] / total, replicas[expert]))
            .sorted(Comparator.comparingDouble(expert -> -expert.share()))
            .toList();
    return new Bottleneck(
        layer, balance.peakToAverage(), tight, tight.size() == ranks.livingRanks(), experts);
  }
}
