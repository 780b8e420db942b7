package io.eplb.core.simulation;

import io.eplb.api.ExpertTable;
import io.eplb.api.Rebalance;
import io.eplb.core.load.LoadSeries;
import java.util.Optional;

/** The reference that keeps its first table: it shows the cost of no rebalancing. */
public final class StaticContender implements Contender {
  /** The reference's name. */
  public static final String NAME = "static";

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
    return new PlannedStep(current, Rebalance.unchanged(current), 0, 0, 0, Optional.empty());
  }

  @Override
  public void close() {
    // Nothing is under way.
  }
}
