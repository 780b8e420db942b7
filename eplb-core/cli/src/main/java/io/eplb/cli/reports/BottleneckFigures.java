package io.eplb.cli.reports;

import io.eplb.api.Dispatch;
import io.eplb.api.wording.Counted;
import io.eplb.api.wording.Listed;
import io.eplb.core.balance.Bottleneck;
import java.util.List;
import java.util.stream.Collectors;

/** The words for bottlenecks in reports: the ranks that decide a peak, and their experts. */
public final class BottleneckFigures {
  private static final int LAYERS_IN_TEXT = 3;
  private static final int EXPERTS_IN_TEXT = 3;
  private static final int EXPERTS = 5;

  private BottleneckFigures() {}

  /** Returns the ranks that decide the peak. */
  public static String ranks(Bottleneck bottleneck) {
    return bottleneck.everyRank() ? "all ranks" : Listed.of("rank", bottleneck.ranks());
  }

  /**
   * Returns the experts that bring these ranks the most tokens: {@code 17 (6.1 %, 1 replica), …}.
   */
  public static String experts(Bottleneck bottleneck) {
    return experts(bottleneck, EXPERTS);
  }

  private static String experts(Bottleneck bottleneck, int most) {
    int more = bottleneck.experts().size() - most;
    return bottleneck.experts().stream()
            .limit(most)
            .map(
                each ->
                    TextReport.text(
                        "%d (%.1f %%, %s)",
                        each.expert(), 100 * each.share(), Counted.of(each.replicas(), "replica")))
            .collect(Collectors.joining(", "))
        + (more > 0 ? " and " + Counted.grouped(more, "other") : "");
  }

  /**
   * Prints the worst layers.
   *
   * @param where the load under which they are the worst; empty if there is only one
   */
  static void print(
      Dispatch dispatch, String where, List<Bottleneck> bottlenecks, TextReport text) {
    text.row(
        "worst layers",
        "%s%s",
        where,
        dispatch == Dispatch.LP
            ? "tight ranks, and experts to replicate"
            : "hottest ranks, and their experts");
    bottlenecks.stream()
        .limit(LAYERS_IN_TEXT)
        .forEach(
            each ->
                text.row(
                    "layer " + each.layer(),
                    "PAR %.4f, %s%s",
                    each.peakToAverage(),
                    ranks(each),
                    each.everyRank() ? "" : ": " + experts(each, EXPERTS_IN_TEXT)));
  }

  static JsonObject json(Bottleneck bottleneck) {
    return new JsonObject()
        .with("layer", bottleneck.layer())
        .with("par", bottleneck.peakToAverage())
        .with("ranks", bottleneck.ranks())
        .with(
            "experts",
            bottleneck.experts().stream()
                .limit(EXPERTS)
                .map(
                    each ->
                        new JsonObject()
                            .with("expert", each.expert())
                            .with("share", each.share())
                            .with("replicas", each.replicas())));
  }
}
