package io.eplb.cli.demonstration;

import io.eplb.core.runtime.RuntimeState;
import io.eplb.core.update.LayerPhase;
import io.eplb.core.update.LayerProgress;
import java.io.PrintWriter;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Shows on a terminal what the engine and the runtime are doing, in a few lines that are drawn over
 * again below the lines that stay; says nothing where there is no terminal. Used by one thread.
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
   * @param shown whether {@code terminal} is one
   * @param steps steps that will be served
   */
  public DemoScreen(PrintWriter terminal, boolean shown, long steps) {
    this.terminal = terminal;
    this.shown = shown;
    this.steps = steps;
  }

  /** Draws over what was drawn last. */
  public void draw(DemoServing.Progress progress, RuntimeState state) {
    if (!shown) {
      return;
    }
    List<String> lines = lines(progress, state);
    StringBuilder text = new StringBuilder(UP_AND_CLEAR.repeat(drawn));
    lines.forEach(line -> text.append(line).append('\n'));
    terminal.print(text);
    terminal.flush();
    drawn = lines.size();
  }

  /** Removes what was drawn, so that what follows starts on a clean line. */
  public void clear() {
    if (drawn > 0) {
      terminal.print(UP_AND_CLEAR.repeat(drawn));
      terminal.flush();
      drawn = 0;
    }
  }

  List<String> lines(DemoServing.Progress progress, RuntimeState state) {
    int full = (int) Math.min(WIDTH, WIDTH * progress.steps() / steps);
    Map<LayerPhase, Integer> layers = new EnumMap<>(LayerPhase.class);
    for (LayerProgress layer : state.layers()) {
      layers.merge(layer.phase(), 1, Integer::sum);
    }
    StringBuilder counts = new StringBuilder();
    for (LayerPhase phase : LayerPhase.values()) {
      counts.append(
          String.format(
              Locale.ROOT,
              "  %s %d",
              phase.name().toLowerCase(Locale.ROOT),
              layers.getOrDefault(phase, 0)));
    }
    return List.of(
        String.format(
            Locale.ROOT,
            "step   [%s%s] %,d of %,d",
            "#".repeat(full),
            " ".repeat(WIDTH - full),
            progress.steps(),
            steps),
        String.format(
            Locale.ROOT,
            "PAR    %.4f, %.4f with the table of the start; version %d",
            progress.parNow(),
            progress.parStart(),
            state.version()),
        "phase  " + state.phase().name().toLowerCase(Locale.ROOT),
        "layers" + counts);
  }
}
