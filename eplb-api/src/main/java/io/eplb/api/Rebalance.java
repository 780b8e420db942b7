package io.eplb.api;

import io.eplb.api.wording.Counted;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The answer of a policy: whether the table should change, which layers in which order, and their
 * new rows. Immutable.
 *
 * <p>The layers in the priority list are the ones marked as changed; every other layer of the
 * placement must equal the current table's (rule P5).
 */
public final class Rebalance {
  private final boolean changed;
  private final int[] layerPriority;
  private final Placement newPlacement;

  private Rebalance(boolean changed, int[] layerPriority, Placement newPlacement) {
    this.changed = changed;
    this.layerPriority = layerPriority;
    this.newPlacement = newPlacement;
  }

  /**
   * Creates an answer.
   *
   * @param changed whether the table should change at all; if not, the current one stays and the
   *     placement is ignored
   * @param layerPriority the layers marked as changed, most profitable first; copied
   * @param newPlacement all layers, the unmarked ones as they are
   * @throws InvalidInputException if the list names a layer twice or one that the placement does
   *     not have, or an argument is null
   */
  public static Rebalance of(boolean changed, int[] layerPriority, Placement newPlacement) {
    Require.notNull("the layer priority", layerPriority);
    Require.notNull("the new placement", newPlacement);
    int[] priority = layerPriority.clone();
    boolean[] seen = new boolean[newPlacement.layers()];
    for (int layer : priority) {
      Require.index("layer", layer, seen.length);
      if (seen[layer]) {
        throw new InvalidInputException(
            "the layer priority names layer " + layer + " twice; once is enough");
      }
      seen[layer] = true;
    }
    return new Rebalance(changed, priority, newPlacement);
  }

  /** Returns the answer that everything should stay as it is. */
  public static Rebalance unchanged(ExpertTable current) {
    Require.notNull("the current table", current);
    return new Rebalance(false, new int[0], current.placement());
  }

  /** Returns whether the table should change at all. */
  public boolean changed() {
    return changed;
  }

  /** Returns a copy of the list of layers marked as changed, most profitable first. */
  public int[] layerPriority() {
    return layerPriority.clone();
  }

  /** Returns the proposed placement of all layers. */
  public Placement newPlacement() {
    return newPlacement;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Rebalance that
        && changed == that.changed
        && Arrays.equals(layerPriority, that.layerPriority)
        && newPlacement.equals(that.newPlacement);
  }

  @Override
  public int hashCode() {
    return (newPlacement.hashCode() * 31 + Arrays.hashCode(layerPriority)) * 31
        + Boolean.hashCode(changed);
  }

  @Override
  public String toString() {
    return "Rebalance[changed %s, %s marked, %s]"
        .formatted(changed, Counted.of(layerPriority.length, "layer"), newPlacement);
  }
}
