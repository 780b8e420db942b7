package io.eplb.core.context;

import io.eplb.api.ExpertTable;
import java.util.List;

/**
 * One accepted update.
 *
 * @param before the table that was in force
 * @param after the table that took its place, of the next version
 * @param layers exactly the layers whose rows differ, ascending, at least one
 */
public record TableChange(ExpertTable before, ExpertTable after, List<Integer> layers) {
  /** Copies the list. */
  public TableChange {
    layers = List.copyOf(layers);
  }
}
