package io.eplb.api.contract;

import io.eplb.api.Blame;
import io.eplb.api.InvalidInputException;

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
  /**
   * Creates a breach.
   *
   * @throws InvalidInputException if a place is below −1, or a rank is given without its layer or a
   *     slot without its rank, or nothing is said about what is there
   */
  public Breach {
    if (rule == null || what == null || what.isBlank()) {
      throw new InvalidInputException("a breach needs a rule and a word on what is there");
    }
    boolean whole = layer >= -1 && rank >= -1 && slot >= -1;
    if (!whole || (layer < 0 && rank >= 0) || (rank < 0 && slot >= 0)) {
      throw new InvalidInputException(
          "layer %s, rank %s, slot %s is no place; −1 stands for the whole, and a slot needs its rank, a rank its layer"
              .formatted(layer, rank, slot));
    }
  }

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
