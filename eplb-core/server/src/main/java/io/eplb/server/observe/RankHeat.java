package io.eplb.server.observe;

import io.eplb.api.EpRanks;
import io.eplb.api.ExpertTable;
import io.eplb.api.Placement;
import java.util.Arrays;
import java.util.stream.IntStream;

/** The load of every rank in every layer, relative to the layer's mean. Immutable. */
public final class RankHeat {
  private final int layers;
  private final int ranks;
  private final float[] heat;

  private RankHeat(int layers, int ranks, float[] heat) {
    this.layers = layers;
    this.ranks = ranks;
    this.heat = heat;
  }

  /**
   * Measures a table; an expert's load is split evenly over its replicas.
   *
   * @param expertLoads layers × experts tokens
   * @param living the ranks as they are: the mean is that of the living ones, by speed
   */
  public static RankHeat of(ExpertTable table, double[] expertLoads, EpRanks living) {
    int layers = table.layers();
    int ranks = table.ranks();
    int experts = table.experts();
    float[] heat = new float[layers * ranks];
    int[] row = new int[table.physicalExperts()];
    int[] replicas = new int[experts];
    double[] loads = new double[ranks];
    for (int layer = 0; layer < layers; layer++) {
      table.copyLayer(layer, row, 0);
      Arrays.fill(replicas, 0);
      for (int expert : row) {
        if (expert != Placement.EMPTY) {
          replicas[expert]++;
        }
      }
      Arrays.fill(loads, 0.0);
      double total = 0.0;
      for (int slot = 0; slot < row.length; slot++) {
        if (row[slot] != Placement.EMPTY) {
          double share = expertLoads[layer * experts + row[slot]] / replicas[row[slot]];
          loads[slot / table.slotsPerRank()] += share;
          total += share;
        }
      }
      double mean = total / living.totalSpeed();
      for (int rank = 0; rank < ranks; rank++) {
        heat[layer * ranks + rank] =
            mean > 0.0 && living.living(rank)
                ? (float) (loads[rank] / living.speed(rank) / mean)
                : 0.0f;
      }
    }
    return new RankHeat(layers, ranks, heat);
  }

  /** Returns the number of layers. */
  public int layers() {
    return layers;
  }

  /** Returns the number of ranks. */
  public int ranks() {
    return ranks;
  }

  /** Returns the load ÷ speed of a rank over the mean of its layer; 0 if it is dead or idle. */
  public float heat(int layer, int rank) {
    return heat[layer * ranks + rank];
  }

  /** Returns the PAR of a layer: the heat of its hottest rank; 1 if the layer is idle. */
  public double par(int layer) {
    float hottest = 0.0f;
    for (int rank = 0; rank < ranks; rank++) {
      hottest = Math.max(hottest, heat(layer, rank));
    }
    return hottest > 0.0f ? hottest : 1.0;
  }

  /** Returns the PAR of all layers. */
  public double[] pars() {
    return IntStream.range(0, layers).mapToDouble(this::par).toArray();
  }
}
