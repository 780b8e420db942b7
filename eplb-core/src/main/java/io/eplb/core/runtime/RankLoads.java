package io.eplb.core.runtime;

import java.util.List;

/**
 * The tokens that a rank has served since its incarnation began. A token counts for the expert of
 * its slot in the table of its own step, so an update changes no count.
 *
 * @param incarnation the number of the rank's start
 * @param loads the tokens by phase, layer and expert; entries of one phase are added up
 */
public record RankLoads(long incarnation, List<MeasuredLoad> loads) {
  /** Copies the list. */
  public RankLoads {
    loads = List.copyOf(loads);
  }
}
