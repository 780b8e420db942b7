package io.eplb.core.update;

import java.util.concurrent.CompletionStage;

/**
 * One rank as the updater sees it: its buffers and its memory. Called by the updater's timeline
 * only. The ranks of other processes can be reached through another implementation.
 */
interface RankSide {
  /** Returns how many buffers can be reserved now. */
  int free();

  /** Returns how many buffers could be reserved if no layer was in flight. */
  int usable();

  /** Returns how many buffers the rank has. */
  int total();

  /** Reserves buffers, at most as many as are free. */
  int[] reserve(int count);

  /** Makes a buffer free again that was reserved or set aside. */
  void release(int buffer);

  /** Keeps a reserved buffer from being used until it is released: something still writes to it. */
  void setAside(int buffer);

  /** Starts a copy into a reserved buffer, as {@link ExpertWeights#receive}. */
  CompletionStage<Void> receive(int layer, int sourceRank, int sourceSlot, int buffer);

  /** Lets a slot and a reserved buffer change places, as {@link ExpertWeights#exchange}. */
  void exchange(int layer, int slot, int buffer);
}
