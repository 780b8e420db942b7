package io.eplb.core.format.load;

import io.eplb.core.format.ArrayForm;
import java.util.List;

/**
 * What a file of loads is to hold.
 *
 * @param form its dimensions
 * @param keys the keys of a JSON object under which the loads may stand
 */
record LoadShape(ArrayForm form, List<String> keys) {
  static final LoadShape PER_EXPERT =
      new LoadShape(
          new ArrayForm(2, 3, "layers × experts, or windows × layers × experts"),
          List.of("load", "logical_count"));

  static final LoadShape PER_SLOT =
      new LoadShape(
          new ArrayForm(3, 4, "layers × ranks × slots, or windows × layers × ranks × slots"),
          List.of("expertWorkload"));
}
