package io.eplb.api.dispatch;

import io.eplb.api.Dispatch;
import io.eplb.api.EpRanks;
import io.eplb.api.EpTopology;
import io.eplb.api.InvalidInputException;
import io.eplb.api.LayerBalance;
import io.eplb.api.Placement;
import io.eplb.api.wording.Bounds;
import org.jspecify.annotations.Nullable;

/**
 * The balance of one layer under a dispatch: how its experts' tokens are divided among the
 * replicas, the load that each rank gets, and the ranks that decide the peak. Made for a layer's
 * shape and used again for many layers; it takes no memory after it was made. Used by one thread.
 *
 * <p>Example: expert 0 has 60 tokens and a replica on either rank; expert 1, on rank 1, has 20.
 * Expert 2, on rank 0, has none.
 *
 * <pre>{@code
 * LayerDispatch lp = LayerDispatch.of(Dispatch.LP, 2, 2, 3);
 * lp.solve(new int[] {0, 2, 0, 1}, new double[] {60, 20, 0}, ranks);
 * lp.peak();          // 40: rank 0 gets 40 of expert 0, rank 1 the other 20
 * lp.peakToAverage(); // 1
 * }</pre>
 *
 * <p>A replica counts as one <em>place</em> together with its expert's other replicas on the same
 * rank: under {@link Dispatch#LP} and {@link Dispatch#SINGLE} the first slot of a place gets its
 * tokens. {@link Dispatch#EVEN} divides by slots and agrees with {@link LayerBalance} to the bit.
 *
 * <p>{@link Dispatch#LP} is exact but for rounding: no division has a peak that is lower by more
 * than 1e-9 of it.
 */
public final class LayerDispatch {
  private final Dispatch dispatch;
  private final Layer layer;
  private final Split split;
  private boolean solved;

  private LayerDispatch(Dispatch dispatch, Layer layer, Split split) {
    this.dispatch = dispatch;
    this.layer = layer;
    this.split = split;
  }

  /**
   * Creates a solver for layers of a shape.
   *
   * @param ranks 1 to {@value EpTopology#MAX_RANKS}
   * @param slotsPerRank 1 to {@value EpTopology#MAX_SLOTS_PER_RANK}
   * @param experts 1 to {@value EpTopology#MAX_EXPERTS}
   * @throws InvalidInputException if the dispatch is null or a size is out of range
   */
  public static LayerDispatch of(Dispatch dispatch, int ranks, int slotsPerRank, int experts) {
    required("the dispatch", dispatch);
    inRange("ranks", ranks, EpTopology.MAX_RANKS);
    inRange("slots per rank", slotsPerRank, EpTopology.MAX_SLOTS_PER_RANK);
    inRange("experts", experts, EpTopology.MAX_EXPERTS);
    Layer layer = new Layer(ranks, slotsPerRank, experts);
    Split split =
        switch (dispatch) {
          case EVEN -> new EvenSplit();
          case LP -> new LpSplit(layer);
          case SINGLE -> new SingleSplit(layer);
        };
    return new LayerDispatch(dispatch, layer, split);
  }

  /** Creates a solver for the layers of a topology. */
  public static LayerDispatch of(Dispatch dispatch, EpTopology topology) {
    required("the topology", topology);
    return of(dispatch, topology.ranks(), topology.slotsPerRank(), topology.experts());
  }

  /**
   * Divides the tokens of a layer. The arguments are copied; the answers below are about this layer
   * until the next call.
   *
   * @param row ranks × slots, rank by rank: experts within 0…E−1, or {@link Placement#EMPTY}
   * @param loads one per expert, tokens, each finite and at least 0
   * @param ranks the ranks of the row; dead ones hold no expert that has load
   * @return this
   * @throws InvalidInputException if a length is wrong, a load is negative, NaN or infinite (rule
   *     I2), they sum to more than {@link io.eplb.api.ExpertWorkload#MAX_LAYER_TOTAL}, the row
   *     holds another expert than 0…E−1, a dead rank holds an expert that has load, or an expert
   *     that has load has no slot
   */
  public LayerDispatch solve(int[] row, double[] loads, EpRanks ranks) {
    solved = false;
    layer.read(
        required("the row", row), required("the loads", loads), required("the ranks", ranks));
    split.split(layer);
    layer.measure();
    split.markTight(layer);
    solved = true;
    return this;
  }

  /** Returns the dispatch. */
  public Dispatch dispatch() {
    return dispatch;
  }

  /** Returns the greatest load ÷ speed of a rank, in tokens. */
  public double peak() {
    return solved().peak;
  }

  /** Returns the load ÷ speed of all living ranks together, in tokens. */
  public double mean() {
    return solved().mean;
  }

  /** Returns the peak-to-average ratio, 1 or more; 1 for a layer without load. */
  public double peakToAverage() {
    return solved().peakToAverage();
  }

  /** Returns peak and mean as a value. */
  public LayerBalance balance() {
    return LayerBalance.ofPeak(peak(), mean());
  }

  /**
   * Copies the tokens that each rank gets, not divided by its speed.
   *
   * @throws InvalidInputException if there is too little room
   */
  public void copyRankLoads(double[] into) {
    copy("the ranks' loads", solved().rankLoads, into);
  }

  /**
   * Copies the part of its expert's tokens that each slot gets, 0 to 1. The parts of every expert
   * that a living rank holds sum to 1; empty slots get 0.
   *
   * @throws InvalidInputException if there is too little room
   */
  public void copyShares(double[] into) {
    copy("the slots' shares", solved().shares, into);
  }

  /**
   * Returns whether a rank is one of those that decide the peak: under {@link Dispatch#LP} whether
   * it belongs to the tight set, the largest set of ranks whose confined load ÷ speed equals the
   * peak; otherwise whether its load ÷ speed is the peak. A layer without load has no such rank.
   *
   * <p>A load is confined to a set of ranks if all places of its expert are in the set. No division
   * of the tokens takes it elsewhere, so that only more replicas of those experts, on ranks outside
   * the set, or other places for them lower the peak. If all living ranks are tight the layer is
   * balanced perfectly.
   *
   * @throws InvalidInputException if there is no such rank
   */
  public boolean tight(int rank) {
    requireIndex("rank", rank, layer.ranks);
    return solved().tight[rank];
  }

  /**
   * Returns whether an expert has load and all of its places are on tight ranks.
   *
   * @throws InvalidInputException if there is no such expert
   */
  public boolean confined(int expert) {
    requireIndex("expert", expert, layer.experts);
    return solved().confined(expert);
  }

  /**
   * Returns the number of a rank's experts that get tokens there: those whose weights the rank
   * reads.
   *
   * @throws InvalidInputException if there is no such rank
   */
  public int activated(int rank) {
    requireIndex("rank", rank, layer.ranks);
    return solved().activated(rank);
  }

  private Layer solved() {
    if (!solved) {
      throw new InvalidInputException("no layer has been solved yet; call solve first");
    }
    return layer;
  }

  private static void copy(String what, double[] from, double @Nullable [] into) {
    if (into == null) {
      throw new InvalidInputException("the array for " + what + " is null; a value is required");
    }
    if (into.length < from.length) {
      throw new InvalidInputException(Bounds.noRoom(what, from.length, 0, into.length));
    }
    System.arraycopy(from, 0, into, 0, from.length);
  }

  private static <T> T required(String what, @Nullable T value) {
    if (value == null) {
      throw new InvalidInputException(what + " is null; a value is required");
    }
    return value;
  }

  private static void inRange(String what, int value, int maximum) {
    if (value < 1 || value > maximum) {
      throw new InvalidInputException(Bounds.outside(what, value, 1, maximum));
    }
  }

  private static void requireIndex(String what, int index, int size) {
    if (index < 0 || index >= size) {
      throw new InvalidInputException(Bounds.absent(what, index, size));
    }
  }
}
