package io.eplb.core.elastic;

import io.eplb.api.EpTopology;
import io.eplb.api.Placement;

/**
 * One slot that gets the weights of another expert.
 *
 * @param layer the layer
 * @param rank the rank that receives
 * @param slot its slot, 0 to {@value EpTopology#MAX_SLOTS_PER_RANK} − 1
 * @param expert the expert that the slot holds afterwards
 * @param replaced the expert that it held before; {@link Placement#EMPTY} if none
 * @param source a rank that holds the expert when this reload's turn comes; the receiving rank
 *     itself if the weights only change the slot; {@link #CHECKPOINT} if no rank has them
 */
public record Reload(int layer, int rank, int slot, int expert, int replaced, int source) {
  /** The source of weights that no living rank holds. */
  public static final int CHECKPOINT = -1;

  /** Returns whether no rank has the weights, so that they come from the checkpoint. */
  public boolean fromCheckpoint() {
    return source == CHECKPOINT;
  }

  /** Returns whether the weights only change their slot within the rank. */
  public boolean withinRank() {
    return source == rank;
  }
}
