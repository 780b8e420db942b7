package io.eplb.cli.pictures;

import io.eplb.api.Dispatch;
import io.eplb.cli.reports.BottleneckFigures;
import io.eplb.cli.reports.TextReport;
import io.eplb.core.balance.Bottleneck;
import io.eplb.core.load.LayerIds;
import java.util.List;

/** The section about the ranks that decide PAR, and the experts whose replicas would lower it. */
final class ExpertsToReplicate {
  private ExpertsToReplicate() {}

  /**
   * Adds the section.
   *
   * @param measured a sentence about the load, after a blank; empty if there is nothing to say
   */
  static void add(
      HtmlPage page,
      Dispatch dispatch,
      List<Bottleneck> bottlenecks,
      LayerIds ids,
      String measured) {
    HtmlTable table =
        HtmlTable.endingInText(
            "The layers with the greatest PAR after the plan",
            List.of(
                "layer",
                "PAR after",
                "ranks that decide it",
                "experts that bring them tokens (share of the layer's load, replicas)"));
    for (Bottleneck each : bottlenecks) {
      table.row(
          String.valueOf(ids.id(each.layer())),
          List.of(
              TextReport.text("%.4f", each.peakToAverage()),
              BottleneckFigures.ranks(each),
              BottleneckFigures.experts(each)));
    }
    page.section("Experts to replicate");
    page.paragraph(
        (dispatch == Dispatch.LP
                ? "No division of the tokens takes load away from these ranks: all replicas of the experts"
                    + " named are on them. Only more replicas on other ranks, or other places, lower PAR."
                : "These ranks have the most to do. More replicas of their experts on other ranks, or other"
                    + " places, lower PAR.")
            + measured);
    page.table(table);
  }
}
