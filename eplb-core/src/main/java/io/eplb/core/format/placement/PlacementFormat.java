package io.eplb.core.format.placement;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.InvalidInputException;
import io.eplb.core.format.InputSource;
import io.eplb.core.load.LayerIds;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

/** A file format of placements. Implementations are immutable. */
public interface PlacementFormat {
  /** Returns the format's name, as given to {@code --output-format}. */
  String name();

  /**
   * Returns the endings that the name of a written file may have, the usual one first. Engines go
   * by them: vLLM-Ascend loads no file but {@code .json}, and SGLang takes the name of any other
   * file for the map itself.
   */
  default List<String> endings() {
    return List.of(".json");
  }

  /**
   * Returns whether an input seems to be in this format, by its extension and by words in it.
   *
   * @throws InvalidInputException if it cannot be read
   */
  boolean recognizes(InputSource source);

  /**
   * Returns whether a file stores on which rank a slot is; if not, slots are numbered across all.
   */
  default boolean storesRanks() {
    return false;
  }

  /**
   * Returns whether a file stores the ids that layers have in the model, where dense layers count.
   */
  default boolean storesLayerIds() {
    return false;
  }

  /**
   * Returns this format with the model's own id of the first layer, from which the ids follow each
   * other.
   *
   * @param first 0 to {@value io.eplb.api.EpTopology#MAX_LAYERS}
   * @throws InvalidInputException if it is out of range, or layers have no ids of their own
   */
  default PlacementFormat withFirstMoeLayer(int first) {
    throw new InvalidInputException(
        ("--first-moe-layer has no meaning in the format %s; only %s has the model's own"
                + " layer ids")
            .formatted(name(), PlacementFormats.namesWithLayerIds()));
  }

  /** Returns this format with the model's own ids of the layers; itself if it stores none. */
  default PlacementFormat withLayerIds(LayerIds ids) {
    return this;
  }

  /**
   * Returns the table that the engine starts from before it has loaded any map.
   *
   * @throws InvalidInputException if the number of layers is out of range
   */
  default ExpertTable initial(int layers, EpTopology topology) {
    return ExpertTable.initial(layers, topology);
  }

  /**
   * Reads a placement.
   *
   * @param expectation the facts that are known beforehand
   * @throws InvalidInputException if it cannot be read, breaks the format, is incomplete, or
   *     contradicts the expectation: the message names the input, the place in it and what would be
   *     right
   */
  StoredPlacement read(InputSource source, PlacementExpectation expectation);

  /** Returns whether the format implies an order of a rank's slots and lists none. */
  default boolean impliesSlotOrder() {
    return false;
  }

  /**
   * Returns a new plan in the order of slots that this format implies, each rank with the same
   * experts; the table itself where the format lists slots.
   */
  default ExpertTable arranged(ExpertTable table) {
    return table;
  }

  /**
   * Returns a warning about a file with slots that ranks cannot use, for people who load it into
   * the engine: the sentence without its subject, the file.
   */
  String emptySlotsWarning();

  /**
   * Writes a placement. Slots that a rank cannot use are −1.
   *
   * @param output left open
   * @throws InvalidInputException if the format cannot hold this table, before anything is written
   */
  void write(ExpertTable table, OutputStream output) throws IOException;
}
