package io.eplb.core.consistency;

import java.util.List;

/**
 * Holders that serve the same table.
 *
 * @param members who they are, in the order in which they were given
 * @param digest of their table
 */
public record Camp(List<String> members, TableDigest digest) {
  /** Copies the list. */
  public Camp {
    members = List.copyOf(members);
  }

  /**
   * Returns the layers in which this camp's table differs from another's; empty where already the
   * shapes differ, and the layers cannot be compared.
   */
  public List<Integer> layersUnlike(Camp other) {
    return digest.shape().equals(other.digest.shape())
        ? digest.layersUnlike(other.digest)
        : List.of();
  }

  /** Returns whether two camps' tables have one shape. */
  public boolean shapedLike(Camp other) {
    return digest.shape().equals(other.digest.shape());
  }
}
