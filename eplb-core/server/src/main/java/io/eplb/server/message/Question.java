package io.eplb.server.message;

import io.eplb.api.InvalidInputException;
import io.eplb.core.format.InputSource;
import io.eplb.core.format.NumberArray;
import io.eplb.server.planning.PlanAsk;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The arrays of a question.
 *
 * @param load tokens per expert, or null
 * @param workload tokens per slot, or null
 * @param current the experts of the table in force, or null
 */
record Question(
    @Nullable NumberArray load, @Nullable NumberArray workload, @Nullable NumberArray current) {
  /** Reads an NPZ archive. */
  static Question ofArchive(InputSource body) {
    Map<String, NumberArray> arrays =
        BodyArrays.ofArchive(body, BodyArrays.LOAD, BodyArrays.WORKLOAD, BodyArrays.CURRENT);
    return new Question(
        arrays.get(BodyArrays.LOAD),
        arrays.get(BodyArrays.WORKLOAD),
        arrays.get(BodyArrays.CURRENT));
  }

  /**
   * Starts the question for a group.
   *
   * @throws InvalidInputException if there is neither a load nor a workload, or both
   */
  PlanAsk.Builder ask(String group) {
    if (load != null && workload != null) {
      throw new InvalidInputException("the body has both load and workload; give one of them");
    }
    PlanAsk.Builder ask;
    if (load != null) {
      ask = PlanAsk.ofLoad(group, load);
    } else if (workload != null) {
      ask = PlanAsk.ofWorkload(group, workload);
    } else {
      throw new InvalidInputException(
          "the body has neither load nor workload; give load [layers, experts] or workload [layers, ranks, slots]");
    }
    return current == null ? ask : ask.current(current);
  }
}
