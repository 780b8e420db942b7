package io.eplb.cli.reports;

import io.eplb.core.simulation.Simulation;
import java.io.PrintWriter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The progress of a simulation: a bar on a terminal, and a line in the log per window. */
public final class ProgressBar implements Simulation.Progress {
  private static final Logger LOG = LoggerFactory.getLogger(ProgressBar.class);
  private static final int WIDTH = 40;

  private final PrintWriter terminal;
  private final boolean shown;
  private int drawn = -1;

  /**
   * Creates a bar.
   *
   * @param shown whether {@code terminal} is a terminal
   */
  public ProgressBar(PrintWriter terminal, boolean shown) {
    this.terminal = terminal;
    this.shown = shown;
  }

  @Override
  public void scored(int scored, int outOf) {
    LOG.info("scored window {} of {}", scored, outOf);
    int permille = (int) (1000L * scored / outOf);
    if (!shown || permille == drawn) {
      return;
    }
    drawn = permille;
    int full = WIDTH * permille / 1000;
    String bar = "#".repeat(full) + " ".repeat(WIDTH - full);
    terminal.print("\r[%s] %d of %d windows".formatted(bar, scored, outOf));
    terminal.flush();
  }

  /** Removes the bar, so that further output starts on a clean line. */
  public void clear() {
    if (shown && drawn >= 0) {
      terminal.print("\r" + " ".repeat(WIDTH + 40) + "\r");
      terminal.flush();
    }
  }
}
