package io.eplb.server.metrics;

import io.eplb.server.observe.PlanRecord;
import io.eplb.server.observe.RankHeat;

/**
 * The loads of single ranks in Prometheus' text format. They are written straight from the last
 * plan: as meters, ten thousands of them would live between two scrapes. Names of groups and models
 * have no character that would have to be escaped.
 */
final class HeatText {
  private static final String NAME = "eplb_rank_load_ratio";

  private HeatText() {}

  static void writeHeader(StringBuilder text) {
    text.append("# HELP ")
        .append(NAME)
        .append(
            " Load of a rank over the mean of its layer in the newest window, under the table before and after the last plan.\n# TYPE ")
        .append(NAME)
        .append(" gauge\n");
  }

  static void write(StringBuilder text, PlanRecord plan) {
    write(text, plan, "before", plan.before());
    write(text, plan, "after", plan.after());
  }

  private static void write(StringBuilder text, PlanRecord plan, String table, RankHeat heat) {
    String labels =
        "%s{group=\"%s\",model=\"%s\",table=\"%s\",layer=\""
            .formatted(NAME, plan.group(), plan.model(), table);
    for (int layer = 0; layer < heat.layers(); layer++) {
      for (int rank = 0; rank < heat.ranks(); rank++) {
        text.append(labels)
            .append(layer)
            .append("\",rank=\"")
            .append(rank)
            .append("\"} ")
            .append(heat.heat(layer, rank))
            .append('\n');
      }
    }
  }
}
