package io.eplb.core.consistency;

import java.util.List;

/**
 * The holders of one table.
 *
 * @param names the names of the holders, in the given order
 * @param digest the digest of their table
 */
public record TableHolders(List<String> names, TableDigest digest) {
  /** Copies the list. */
  public TableHolders {
    names = List.copyOf(names);
  }
}
