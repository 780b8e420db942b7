package io.eplb.api.contract;

import org.jspecify.annotations.Nullable;

/**
 * A rule that is judged layer by layer. Rules have no state; a breach of one rejects the layer
 * alone.
 */
public interface LayerRule {
  /** Returns which rule this is. */
  Rule rule();

  /**
   * Judges one layer. Rules P3, P4, P6 and P9 rely on P2: they may be asked only about a layer that
   * obeys it.
   *
   * @return the first breach by rank and slot, or null if the layer obeys
   */
  @Nullable Breach firstBreach(LayerProposal proposal);
}
