package io.eplb.core.simulation;

import io.eplb.api.ExpertTable;
import io.eplb.core.load.LoadSeries;
import java.util.Arrays;
import java.util.Optional;

/** The reference that keeps the table it starts from: what doing nothing costs. */
public final class StaticContender implements Contender {
  /** The reference's name. */
  public static final String NAME = "static";

  private long duplicates = -1;

  /** Creates the reference. */
  public StaticContender() {}

  @Override
  public String label() {
    return NAME;
  }

  @Override
  public String policy() {
    return NAME;
  }

  @Override
  public boolean reference() {
    return true;
  }

  @Override
  public PlannedStep plan(ExpertTable current, LoadSeries estimate, double[] next) {
    if (duplicates < 0) {
      duplicates = surplusReplicas(current);
    }
    return new PlannedStep(current, 0, 0, duplicates, 0, Optional.empty());
  }

  private static long surplusReplicas(ExpertTable table) {
    int slots = table.slotsPerRank();
    int[] row = new int[table.physicalExperts()];
    int[] lastRank = new int[table.experts()];
    long surplus = 0;
    for (int layer = 0; layer < table.layers(); layer++) {
      table.copyLayer(layer, row, 0);
      Arrays.fill(lastRank, -1);
      for (int slot = 0; slot < row.length; slot++) {
        surplus += lastRank[row[slot]] == slot / slots ? 1 : 0;
        lastRank[row[slot]] = slot / slots;
      }
    }
    return surplus;
  }

  @Override
  public void close() {
    // Nothing is under way.
  }
}
