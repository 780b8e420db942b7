package io.eplb.core.format.load;

import io.eplb.core.format.ArrayForm;
import java.util.List;

/**
 * The arrays of loads that can be read from a file: per expert, or per slot.
 *
 * @param form its dimensions
 * @param keys the keys under which the loads may stand in a JSON object
 */
record LoadShape(ArrayForm form, List<String> keys) {
  static final LoadShape PER_EXPERT =
      new LoadShape(
          new ArrayForm(2, 3, "layers × experts, or windows × layers × experts"),
          List.of("load", "logical_count"));

  static final LoadShape PER_SLOT =
      new LoadShape(
          new ArrayForm(
              2,
              4,
              "layers × ranks × slots, or layers × physical slots, perhaps with windows before"),
          List.of("expertWorkload"));
}
