package io.eplb.api.contract;

import io.eplb.api.Blame;
import io.eplb.api.InvalidInputException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A rule that was broken, where, and how. */
public final class Breach {
  private final Rule rule;
  private final int layer;
  private final int rank;
  private final int slot;
  private final String what;

  private Breach(Rule rule, int layer, int rank, int slot, String what) {
    this.rule = rule;
    this.layer = layer;
    this.rank = rank;
    this.slot = slot;
    this.what = what;
  }

  /**
   * Creates a breach.
   *
   * @param rule the rule
   * @param layer the layer, or −1 where the whole answer is meant
   * @param rank the rank, or −1 where the whole layer is meant
   * @param slot the slot of the rank, or −1 where the whole rank is meant
   * @param what what is there and what would be right
   * @throws InvalidInputException if a place is below −1, or a rank is given without its layer or a
   *     slot without its rank, or nothing is said about what is there
   */
  public static Breach of(Rule rule, int layer, int rank, int slot, String what) {
    if (rule == null || what == null || what.isBlank()) {
      throw new InvalidInputException("a breach needs a rule and a word on what is there");
    }
    boolean whole = layer >= -1 && rank >= -1 && slot >= -1;
    if (!whole || (layer < 0 && rank >= 0) || (rank < 0 && slot >= 0)) {
      throw new InvalidInputException(
          "layer %s, rank %s, slot %s is no place; −1 stands for the whole, and a slot needs its rank, a rank its layer"
              .formatted(layer, rank, slot));
    }
    return new Breach(rule, layer, rank, slot, what);
  }

  /** Returns the rule that was broken. */
  public Rule rule() {
    return rule;
  }

  /** Returns the layer, or −1 where the whole answer is meant. */
  public int layer() {
    return layer;
  }

  /** Returns the rank, or −1 where the whole layer is meant. */
  public int rank() {
    return rank;
  }

  /** Returns the slot of the rank, or −1 where the whole rank is meant. */
  public int slot() {
    return slot;
  }

  /** Returns what is there and what would be right. */
  public String what() {
    return what;
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

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Breach that
        && rule == that.rule
        && layer == that.layer
        && rank == that.rank
        && slot == that.slot
        && what.equals(that.what);
  }

  @Override
  public int hashCode() {
    return Objects.hash(rule, layer, rank, slot, what);
  }
}
