package io.eplb.api;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The end of a layer that a policy marked as changed: what became of the proposed row. Immutable.
 */
public final class LayerEnd {
  /** The fate of a proposed row. */
  public enum Outcome {
    /** It is in force. */
    COMMITTED,
    /** It broke a rule of the contract. */
    REJECTED,
    /** Its transfers cost more than it saves. */
    NOT_WORTH_IT,
    /** It was accepted, and the update did not come to its end. */
    ABORTED
  }

  private final int layer;
  private final Outcome outcome;
  private final long tableVersion;

  private LayerEnd(int layer, Outcome outcome, long tableVersion) {
    this.layer = layer;
    this.outcome = outcome;
    this.tableVersion = tableVersion;
  }

  /**
   * Creates an end.
   *
   * @param layer 0 to {@value EpTopology#MAX_LAYERS} − 1
   * @param tableVersion the version of the table in force after it, 0 or more
   * @throws InvalidInputException if a value is out of its range, or the outcome is null
   */
  public static LayerEnd of(int layer, Outcome outcome, long tableVersion) {
    Require.inRange("the layer", layer, 0, EpTopology.MAX_LAYERS - 1);
    Require.inRange("the placement version", tableVersion, 0L, Long.MAX_VALUE);
    return new LayerEnd(layer, Require.notNull("the outcome", outcome), tableVersion);
  }

  /** Returns the layer. */
  public int layer() {
    return layer;
  }

  /** Returns what became of the proposed row. */
  public Outcome outcome() {
    return outcome;
  }

  /** Returns the version of the table in force after the end. */
  public long tableVersion() {
    return tableVersion;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof LayerEnd that
        && layer == that.layer
        && outcome == that.outcome
        && tableVersion == that.tableVersion;
  }

  @Override
  public int hashCode() {
    return Objects.hash(layer, outcome, tableVersion);
  }

  @Override
  public String toString() {
    return "LayerEnd[layer %s, %s, version %s]".formatted(layer, outcome, tableVersion);
  }
}
