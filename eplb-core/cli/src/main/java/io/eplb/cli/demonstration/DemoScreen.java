package io.eplb.cli.demonstration;

import io.eplb.cli.reports.TextReport;
import io.eplb.core.runtime.RuntimePhase;
import io.eplb.core.runtime.RuntimeState;
import io.eplb.core.update.LayerPhase;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/**
 * The progress of engine and runtime in a few lines of a terminal, each drawn over the last.
 * Without a terminal nothing is drawn. Used by one thread.
 */
public final class DemoScreen {
  private static final int WIDTH = 30;
  private static final String UP_AND_CLEAR = "\033[1A\033[2K";

  private final PrintWriter terminal;
  private final boolean shown;
  private final long steps;
  private int drawn;

  /**
   * Creates a screen.
   *
   * @param shown whether {@code terminal} is a terminal
   * @param steps the number of steps to serve
   */
  public DemoScreen(PrintWriter terminal, boolean shown, long steps) {
    this.terminal = terminal;
    this.shown = shown;
    this.steps = steps;
  }

  /** Draws the lines over the last ones; removes them once the runtime has closed. */
  public void draw(DemoServing.Progress progress, RuntimeState state) {
    if (state.phase() == RuntimePhase.CLOSED) {
      clear();
    } else if (shown) {
      List<String> lines = lines(progress, state);
      terminal.print(UP_AND_CLEAR.repeat(drawn) + String.join("\n", lines) + "\n");
      terminal.flush();
      drawn = lines.size();
    }
  }

  /** Removes the lines, so that further output starts on a clean line. */
  public void clear() {
    if (drawn > 0) {
      terminal.print(UP_AND_CLEAR.repeat(drawn));
      terminal.flush();
      drawn = 0;
    }
  }

  List<String> lines(DemoServing.Progress progress, RuntimeState state) {
    int full = (int) Math.min(WIDTH, WIDTH * progress.steps() / steps);
    StringBuilder counts = new StringBuilder();
    for (LayerPhase phase : LayerPhase.values()) {
      long layers = state.layers().stream().filter(layer -> layer.phase() == phase).count();
      counts.append("  %s %d".formatted(phase.name().toLowerCase(Locale.ROOT), layers));
    }
    String bar = "#".repeat(full) + " ".repeat(WIDTH - full);
    return List.of(
        TextReport.text("step   [%s] %,d of %,d", bar, progress.steps(), steps),
        TextReport.text(
            "PAR    %.4f, %.4f with the table of the start; version %d",
            progress.parNow(), progress.parStart(), state.version()),
        "phase  " + state.phase().name().toLowerCase(Locale.ROOT),
        "layers" + counts);
  }
}
