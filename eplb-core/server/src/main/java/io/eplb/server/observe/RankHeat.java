package io.eplb.server.observe;

import io.eplb.api.Dispatch;
import io.eplb.api.EpRanks;
import io.eplb.api.ExpertTable;
import io.eplb.core.balance.RankLoads;
import io.eplb.core.balance.TrafficShares;
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
   * Measures a table.
   *
   * @param expertLoads layers × experts tokens
   * @param living the ranks as they are: the mean is that of the living ones, by speed
   * @param dispatch the way in which the engine divides an expert's tokens among its replicas
   */
  public static RankHeat of(
      ExpertTable table, double[] expertLoads, EpRanks living, Dispatch dispatch) {
    int layers = table.layers();
    int ranks = table.ranks();
    int experts = table.experts();
    RankLoads loads = RankLoads.of(table, expertLoads, living, TrafficShares.of(dispatch));
    float[] heat = new float[layers * ranks];
    for (int layer = 0; layer < layers; layer++) {
      boolean idle = true;
      for (int expert = 0; expert < experts; expert++) {
        idle &= expertLoads[layer * experts + expert] == 0.0;
      }
      for (int rank = 0; rank < ranks; rank++) {
        heat[layer * ranks + rank] =
            idle || !living.living(rank) ? 0.0f : (float) loads.of(layer, rank);
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
