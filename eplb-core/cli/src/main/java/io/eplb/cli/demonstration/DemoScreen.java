package io.eplb.cli.demonstration;

import io.eplb.cli.reports.TextReport;
import io.eplb.cli.terminal.LiveLines;
import io.eplb.core.runtime.RuntimePhase;
import io.eplb.core.runtime.RuntimeState;
import io.eplb.core.update.LayerPhase;
import java.util.List;
import java.util.Locale;

/** The progress of engine and runtime in a few lines of a terminal. Used by one thread. */
public final class DemoScreen {
  private static final int WIDTH = 30;

  private final LiveLines terminal;
  private final long steps;

  /**
   * Creates a screen.
   *
   * @param steps the number of steps to serve
   */
  public DemoScreen(LiveLines terminal, long steps) {
    this.terminal = terminal;
    this.steps = steps;
  }

  /** Draws the lines over the last ones; removes them once the runtime has closed. */
  public void draw(DemoServing.Progress progress, RuntimeState state) {
    if (state.phase() == RuntimePhase.CLOSED) {
      terminal.clear();
    } else if (terminal.shown()) {
      terminal.draw(lines(progress, state));
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
