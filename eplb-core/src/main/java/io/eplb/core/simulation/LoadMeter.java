package io.eplb.core.simulation;

import io.eplb.api.Dispatch;
import io.eplb.api.EpRanks;
import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.LayerBalance;
import io.eplb.api.Placement;
import io.eplb.api.dispatch.LayerDispatch;
import io.eplb.core.balance.TrafficShares;
import java.util.Optional;

/**
 * Measures tables under loads, layer by layer, by one dispatch: PAR, the experts that ranks read,
 * and the time that a step takes by a model. Mutable scratch; used by one thread.
 *
 * <p>Under an even split all replicas of an expert that has tokens are read. That is exact where
 * each replica gets at least one token, and the most that can be read where tokens are fewer.
 */
final class LoadMeter {
  private final EpRanks ranks;
  private final Optional<StepTimeModel> model;
  private final LayerDispatch solver;
  private final int[] row;
  private final double[] given;
  private final double[] loads;
  private final double[] tokens;
  private final int[] read;
  private final double[] par;
  private final double[] activated;
  private final double[] micros;

  /**
   * Creates the scratch.
   *
   * @param layers of every table
   * @param topology the shape of a layer
   * @param ranks the ranks as they are
   * @param model the model of a step's time, if steps are to be timed
   */
  LoadMeter(
      int layers,
      EpTopology topology,
      EpRanks ranks,
      Dispatch dispatch,
      Optional<StepTimeModel> model) {
    this.ranks = ranks;
    this.model = model;
    this.solver = LayerDispatch.of(dispatch, topology);
    this.row = new int[topology.physicalExperts()];
    this.given = new double[row.length];
    this.loads = new double[topology.experts()];
    this.tokens = new double[topology.ranks()];
    this.read = new int[topology.ranks()];
    this.par = new double[layers];
    this.activated = new double[layers];
    this.micros = new double[layers];
  }

  /**
   * Measures a table.
   *
   * @param shares under the same dispatch
   * @param expertLoads layers × experts tokens, each finite and at least 0
   * @return this
   */
  LoadMeter measure(ExpertTable table, TrafficShares shares, double[] expertLoads) {
    for (int layer = 0; layer < par.length; layer++) {
      table.copyLayer(layer, row, 0);
      System.arraycopy(expertLoads, layer * loads.length, loads, 0, loads.length);
      if (shares.copyGiven(layer, given)) {
        par[layer] = LayerBalance.of(row, loads, ranks, given).peakToAverage();
        shareAsGiven();
      } else {
        par[layer] = solver.solve(row, loads, ranks).peakToAverage();
        solver.copyRankLoads(tokens);
        for (int rank = 0; rank < read.length; rank++) {
          read[rank] = solver.activated(rank);
        }
      }
      activated[layer] = activatedRatio();
      micros[layer] = model.map(this::slowest).orElse(0.0);
    }
    return this;
  }

  /** Counts tokens and experts read of each rank under the shares that a policy gave. */
  private void shareAsGiven() {
    int slots = row.length / tokens.length;
    for (int rank = 0; rank < tokens.length; rank++) {
      tokens[rank] = 0.0;
      read[rank] = 0;
      for (int slot = rank * slots; slot < (rank + 1) * slots; slot++) {
        double part = row[slot] == Placement.EMPTY ? 0.0 : given[slot] * loads[row[slot]];
        tokens[rank] += part;
        read[rank] += part > 0.0 ? 1 : 0;
      }
    }
  }

  /** Returns the most experts that a rank reads ÷ (active experts ÷ living ranks). */
  private double activatedRatio() {
    int active = 0;
    for (double load : loads) {
      active += load > 0.0 ? 1 : 0;
    }
    int most = 0;
    for (int experts : read) {
      most = Math.max(most, experts);
    }
    return active == 0 ? 1.0 : (double) most * ranks.livingRanks() / active;
  }

  private double slowest(StepTimeModel time) {
    double slowest = 0.0;
    for (int rank = 0; rank < tokens.length; rank++) {
      if (ranks.living(rank)) {
        slowest = Math.max(slowest, time.micros(tokens[rank], read[rank], ranks.speed(rank)));
      }
    }
    return slowest;
  }

  /** Returns the number of layers. */
  int layers() {
    return par.length;
  }

  /** Returns the PAR of a layer, 1 or more; 1 for an idle layer. */
  double peakToAverage(int layer) {
    return par[layer];
  }

  /** Returns the PAR of every layer. */
  double[] peaksToAverage() {
    return par.clone();
  }

  /**
   * Returns the experts that the busiest rank reads in a layer ÷ (experts that have tokens ÷ living
   * ranks); 1 for an idle layer.
   */
  double activated(int layer) {
    return activated[layer];
  }

  /** Returns the predicted time of a layer in microseconds; 0 if steps are not timed. */
  double micros(int layer) {
    return micros[layer];
  }
}
