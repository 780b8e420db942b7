package io.eplb.core.consistency;

import java.util.List;

/**
 * The holders of one table.
 *
 * @param names of the holders, in the order in which they were given
 * @param digest of their table
 */
public record TableHolders(List<String> names, TableDigest digest) {
  /** Copies the list. */
  public TableHolders {
    names = List.copyOf(names);
  }
}
