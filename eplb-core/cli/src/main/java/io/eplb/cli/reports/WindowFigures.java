package io.eplb.cli.reports;

import io.eplb.core.balance.BalanceReport;
import io.eplb.core.balance.BalanceSummary;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;

/**
 * The balance of a plan in each of the windows that it was made from. A plan looks better on the
 * sum of its windows than on any one of them, since their differences cancel out in the sum. Used
 * by one thread.
 */
public final class WindowFigures {
  private final boolean averaged;
  private final List<Window> windows = new ArrayList<>();
  private final double[] before;
  private final double[] after;

  /**
   * The balance in one window.
   *
   * @param window its number in the recording
   * @param before PAR over layers of the table before the plan
   * @param after the same of the planned table
   */
  public record Window(int window, BalanceSummary before, BalanceSummary after) {}

  /**
   * Starts without any window.
   *
   * @param layers the number of layers
   * @param averaged whether the plan was made for the windows' moving average, not for their sum
   */
  public WindowFigures(int layers, boolean averaged) {
    this.averaged = averaged;
    this.before = new double[layers];
    this.after = new double[layers];
  }

  /** Adds a window. */
  public void add(int window, BalanceReport tableBefore, BalanceReport tableAfter) {
    windows.add(new Window(window, tableBefore.summary(), tableAfter.summary()));
    for (int layer = 0; layer < before.length; layer++) {
      before[layer] += tableBefore.peakToAverage(layer);
      after[layer] += tableAfter.peakToAverage(layer);
    }
  }

  /** Returns the kind of load that the plan was made for: the windows' sum or average. */
  public String source() {
    return averaged ? "average" : "sum";
  }

  /** Returns the windows in their order. */
  public List<Window> windows() {
    return Collections.unmodifiableList(windows);
  }

  /** Returns a layer's PAR before the plan, mean over the windows. */
  public double before(int layer) {
    return before[layer] / windows.size();
  }

  /** Returns a layer's PAR after the plan, mean over the windows. */
  public double after(int layer) {
    return after[layer] / windows.size();
  }

  /** Returns PAR before the plan, mean over layers and windows. */
  public double meanBefore() {
    return mean(Window::before);
  }

  /** Returns PAR after the plan, mean over layers and windows. */
  public double meanAfter() {
    return mean(Window::after);
  }

  /** Returns the window with the greatest mean PAR before the plan. */
  public Window worstBefore() {
    return worst(Window::before);
  }

  /** Returns the window with the greatest mean PAR after the plan. */
  public Window worstAfter() {
    return worst(Window::after);
  }

  private double mean(Function<Window, BalanceSummary> side) {
    return windows.stream().mapToDouble(window -> side.apply(window).mean()).sum() / windows.size();
  }

  private Window worst(Function<Window, BalanceSummary> side) {
    return Collections.max(
        windows, Comparator.comparingDouble(window -> side.apply(window).mean()));
  }

  JsonObject json() {
    return new JsonObject()
        .with("before", side(Window::before))
        .with("after", side(Window::after))
        .with(
            "windows",
            windows.stream()
                .map(
                    window ->
                        new JsonObject()
                            .with("window", window.window())
                            .with("before", BalanceFigures.json(window.before()))
                            .with("after", BalanceFigures.json(window.after()))));
  }

  private JsonObject side(Function<Window, BalanceSummary> side) {
    Window worst = worst(side);
    return new JsonObject()
        .with("mean", mean(side))
        .with("worst", side.apply(worst).mean())
        .with("worstWindow", worst.window());
  }

  void print(TextReport text) {
    text.row("window by window", "%10s %10s", "mean", "worst");
    text.row(
        "PAR before",
        "%10.4f %10.4f  window %d",
        meanBefore(),
        worstBefore().before().mean(),
        worstBefore().window());
    text.row(
        "PAR after",
        "%10.4f %10.4f  window %d",
        meanAfter(),
        worstAfter().after().mean(),
        worstAfter().window());
  }
}
