package io.eplb.api.contract;

import io.eplb.api.Blame;

/**
 * A rule that was broken, where, and how.
 *
 * @param rule the rule
 * @param layer the layer, or −1 where the whole answer is meant
 * @param rank the rank, or −1 where the whole layer is meant
 * @param slot the slot of the rank, or −1 where the whole rank is meant
 * @param what what is there and what would be right
 */
public record Breach(Rule rule, int layer, int rank, int slot, String what) {
  /** Returns whose fault it is. */
  public Blame blame() {
    return rule.blame();
  }

  /** Returns the breach in one line: rule, place, what is there. */
  @Override
  public String toString() {
    StringBuilder line = new StringBuilder(rule.name());
    if (layer >= 0) {
      line.append(", layer ").append(layer);
    }
    if (rank >= 0) {
      line.append(", rank ").append(rank);
    }
    if (slot >= 0) {
      line.append(", slot ").append(slot);
    }
    return line.append(": ")
        .append(what)
        .append(" (")
        .append(rule.statement())
        .append(')')
        .toString();
  }
}
