package io.eplb.server.planning;

import io.eplb.api.ExpertWorkload;
import io.eplb.api.InvalidInputException;
import io.eplb.api.Placement;
import io.eplb.core.format.NumberArray;
import java.util.ArrayList;
import java.util.List;

/** Reads the windows of load of a question, oldest first. */
final class AskedWindows {
  private AskedWindows() {}

  /**
   * Returns the windows: layers × experts tokens each.
   *
   * @param inForce layers × slots experts under which the tokens of slots were measured
   * @throws InvalidInputException if a load is negative, NaN or infinite, an EMPTY slot has tokens,
   *     or a layer's loads sum to more than a workload may hold (rule I2)
   */
  static List<double[]> of(PlanAsk ask, AskShape shape, int[] inForce) {
    NumberArray tokens = ask.tokens();
    double[] values = tokens.values();
    int experts = shape.topology().experts();
    int places = ask.perSlot() ? Math.toIntExact(shape.from().total()) : experts;
    int windows = tokens.dimensions() == (ask.perSlot() ? 4 : 3) ? tokens.length(0) : 1;
    List<double[]> read = new ArrayList<>(windows);
    for (int window = 0, at = 0; window < windows; window++) {
      double[] loads = new double[Math.multiplyExact(shape.layers(), experts)];
      for (int layer = 0; layer < shape.layers(); layer++) {
        double total = 0.0;
        for (int place = 0; place < places; place++, at++) {
          double load = values[at];
          int expert = ask.perSlot() ? inForce[layer * places + place] : place;
          if (!(load >= 0.0 && load <= Double.MAX_VALUE)
              || (expert == Placement.EMPTY && load > 0.0)) {
            throw wrong(ask, shape, window, windows, layer, place, load);
          }
          if (expert != Placement.EMPTY) {
            // Adding 0 takes −0.0 as 0.0, so that equal loads have equal bits.
            loads[layer * experts + expert] += load;
          }
          total += load;
        }
        if (!(total <= ExpertWorkload.MAX_LAYER_TOTAL)) {
          throw new InvalidInputException(
              "I2: the loads of %slayer %s sum to more than %s; scale them down"
                  .formatted(window(window, windows), layer, ExpertWorkload.MAX_LAYER_TOTAL));
        }
      }
      read.add(loads);
    }
    return read;
  }

  private static InvalidInputException wrong(
      PlanAsk ask, AskShape shape, int window, int windows, int layer, int place, double load) {
    String where =
        window(window, windows)
            + "layer "
            + layer
            + (ask.perSlot()
                ? ", rank %s, slot %s"
                    .formatted(place / shape.from().perRank(), place % shape.from().perRank())
                : ", expert " + place);
    return new InvalidInputException(
        load > 0.0 && load <= Double.MAX_VALUE
            ? "I2: workload has %s tokens at %s, which is empty (-1) in current; give it an expert or 0 tokens"
                .formatted(load, where)
            : "I2: the load of %s is %s; every load must be finite and at least 0"
                .formatted(where, load));
  }

  private static String window(int window, int windows) {
    return windows == 1 ? "" : "window " + window + ", ";
  }
}
