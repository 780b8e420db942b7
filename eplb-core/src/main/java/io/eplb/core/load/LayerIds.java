package io.eplb.core.load;

import io.eplb.api.EpTopology;
import io.eplb.api.InvalidInputException;
import io.eplb.api.wording.Counted;
import io.eplb.core.argument.Require;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The ids that the layers with experts have in the model, where dense layers count too. Immutable.
 *
 * <p>Example: a model whose layers 0 to 2 are dense has the ids 3, 4, 5, …; one in which every
 * second layer is dense has 1, 3, 5, ….
 */
public final class LayerIds {
  /** The greatest id: dense layers may stand between those with experts. */
  public static final int MAX_ID = 2 * EpTopology.MAX_LAYERS;

  private final int[] ids;

  private LayerIds(int[] ids) {
    this.ids = ids;
  }

  /**
   * Returns ids that follow each other.
   *
   * @param first the id of the first layer, 0 to {@value EpTopology#MAX_LAYERS}
   * @param layers the number of layers, 1 to {@value EpTopology#MAX_LAYERS}
   * @throws InvalidInputException if a number is out of range
   */
  public static LayerIds from(int first, int layers) {
    Require.inRange("the first MoE layer", first, 0, EpTopology.MAX_LAYERS);
    Require.inRange("layers", layers, 1, EpTopology.MAX_LAYERS);
    return new LayerIds(IntStream.range(first, first + layers).toArray());
  }

  /**
   * Returns given ids; the array is copied.
   *
   * @param ids ascending, each 0 to {@value #MAX_ID}, at least one
   * @throws InvalidInputException if they are not
   */
  public static LayerIds of(int[] ids) {
    Require.inRange("layers", ids.length, 1, EpTopology.MAX_LAYERS);
    int before = -1;
    for (int id : ids) {
      if (id <= before || id > MAX_ID) {
        throw new InvalidInputException(
            "the id %s of a layer follows %s; ids ascend from 0 to %s"
                .formatted(id, before, MAX_ID));
      }
      before = id;
    }
    return new LayerIds(ids.clone());
  }

  /** Returns the number of layers. */
  public int layers() {
    return ids.length;
  }

  /**
   * Returns the id of a layer.
   *
   * @throws InvalidInputException if there is no such layer
   */
  public int id(int layer) {
    Require.index("layer", layer, ids.length);
    return ids[layer];
  }

  /** Returns whether the ids are 0, 1, 2, …, so that they say nothing. */
  public boolean fromZero() {
    return ids[ids.length - 1] == ids.length - 1;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof LayerIds that && Arrays.equals(ids, that.ids);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(ids);
  }

  /** Returns the ids in words: {@code 58 layers from 3 to 60}. */
  @Override
  public String toString() {
    return "%s from %s to %s"
        .formatted(Counted.of(ids.length, "layer"), ids[0], ids[ids.length - 1]);
  }
}
