package io.eplb.cli.reports;

import io.eplb.api.Dispatch;
import io.eplb.api.EpRanks;
import io.eplb.api.ExpertTable;
import io.eplb.core.balance.BalanceReport;
import io.eplb.core.balance.BalanceSummary;
import io.eplb.core.balance.Bottleneck;
import io.eplb.core.balance.TrafficShares;
import io.eplb.core.load.LoadRecording;
import java.util.List;

/**
 * The balance of a map under a recording.
 *
 * @param dispatch the way in which the engine divides an expert's tokens among its replicas
 * @param windows PAR over layers in each window
 * @param sum the same under the sum of the windows
 * @param worst the window with the greatest mean PAR
 * @param bottlenecks the reasons of the peaks in that window
 */
public record MapBalance(
    Dispatch dispatch,
    List<BalanceSummary> windows,
    BalanceSummary sum,
    int worst,
    List<Bottleneck> bottlenecks) {
  private static final int MOST_BOTTLENECKS = 10;

  /** Takes copies. */
  public MapBalance {
    windows = List.copyOf(windows);
    bottlenecks = List.copyOf(bottlenecks);
  }

  /** Measures a map whose shape is that of the recording. */
  public static MapBalance of(
      ExpertTable table, LoadRecording recording, EpRanks ranks, Dispatch dispatch) {
    TrafficShares shares = TrafficShares.of(dispatch);
    BalanceSummary[] windows = new BalanceSummary[recording.windows()];
    int worst = 0;
    for (int window = 0; window < windows.length; window++) {
      windows[window] =
          BalanceReport.of(table, recording.sum(window, window), ranks, shares).summary();
      worst = windows[window].mean() > windows[worst].mean() ? window : worst;
    }
    return new MapBalance(
        dispatch,
        List.of(windows),
        BalanceReport.of(table, recording.sum(0, windows.length - 1), ranks, shares).summary(),
        worst,
        Bottleneck.of(table, recording.sum(worst, worst), ranks, shares, MOST_BOTTLENECKS));
  }

  /** Prints the balance for people. */
  public void print(TextReport text) {
    if (dispatch != Dispatch.EVEN) {
      text.row("dispatch", "%s", DispatchFigures.text(dispatch));
    }
    boolean several = windows.size() > 1;
    if (several) {
      text.row("window by window", "%10s %10s", "mean", "worst");
      text.row(
          "PAR",
          "%10.4f %10.4f  window %d",
          windows.stream().mapToDouble(BalanceSummary::mean).sum() / windows.size(),
          windows.get(worst).mean(),
          worst);
    }
    text.row(several ? "their sum" : "", "%10s %10s %10s", "mean", "p95", "max");
    text.row("PAR", "%10.4f %10.4f %10.4f", sum.mean(), sum.p95(), sum.max());
    BottleneckFigures.print(
        dispatch, several ? "in window " + worst + ": " : "", bottlenecks, text);
  }
}
