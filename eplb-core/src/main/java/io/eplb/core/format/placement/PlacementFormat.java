package io.eplb.core.format.placement;

import io.eplb.api.ExpertTable;
import io.eplb.api.InvalidInputException;
import io.eplb.core.format.InputSource;
import java.io.IOException;
import java.io.OutputStream;

/** A file format of placements. Immutable. */
public interface PlacementFormat {
  /** Returns the format's name, as given to {@code --output-format}. */
  String name();

  /**
   * Returns whether an input looks like this format, going by its extension and by words in it.
   *
   * @throws InvalidInputException if it cannot be read
   */
  boolean recognizes(InputSource source);

  /**
   * Reads a placement.
   *
   * @param expectation what is known beforehand
   * @throws InvalidInputException if it cannot be read, breaks the format, is incomplete, or
   *     contradicts the expectation: the message names the input, the place in it and what would be
   *     right
   */
  StoredPlacement read(InputSource source, PlacementExpectation expectation);

  /**
   * Returns what a new plan looks like in this format: every rank with the same experts, in the
   * order of slots that the format implies; the table itself where the format lists slots.
   */
  default ExpertTable arranged(ExpertTable table) {
    return table;
  }

  /**
   * Writes a placement.
   *
   * @param output left open
   * @throws InvalidInputException if the format cannot hold this table, before anything is written
   */
  void write(ExpertTable table, OutputStream output) throws IOException;
}
