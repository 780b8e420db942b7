package io.eplb.core.consistency;

import java.util.List;

/**
 * Holders that serve the same table.
 *
 * @param names of the holders, in the order in which they were given
 * @param digest of their table
 */
public record TableHolders(List<String> names, TableDigest digest) {
  /** Copies the list. */
  public TableHolders {
    names = List.copyOf(names);
  }

  /**
   * Returns the layers in which this table differs from another one; empty where already the shapes
   * differ, and the layers cannot be compared.
   */
  public List<Integer> layersUnlike(TableHolders other) {
    return shapedLike(other) ? digest.layersUnlike(other.digest) : List.of();
  }

  /** Returns whether two tables have one shape. */
  public boolean shapedLike(TableHolders other) {
    return digest.shapedLike(other.digest);
  }
}
