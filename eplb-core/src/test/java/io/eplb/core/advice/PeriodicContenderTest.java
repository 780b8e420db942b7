package io.eplb.core.advice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.Rebalance;
import io.eplb.core.load.LoadHistory;
import io.eplb.core.load.LoadSeries;
import io.eplb.core.load.Weighting;
import io.eplb.core.simulation.Contender;
import io.eplb.core.simulation.PlannedStep;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PeriodicContenderTest {
  private static final EpTopology TOPOLOGY = EpTopology.withRedundantExperts(2, 2, 1, 1, 0);

  @Test
  void itPlansAtTheStartAndJustBeforeTheHeldBackWindowsAndThenInItsInterval() {
    assertEquals(List.of(0, 1, 2, 3, 4, 5, 6, 7), planned(1, 4));
    assertEquals(List.of(0, 1, 3, 5, 7), planned(2, 4));
    assertEquals(List.of(0, 3, 7), planned(4, 4));
    assertEquals(List.of(0, 4), planned(8, 5));
  }

  @Test
  void itClosesItsPlanner() {
    Counting planner = new Counting();
    new PeriodicContender(planner, 2, 4).close();
    assertTrue(planner.closed);
  }

  private static List<Integer> planned(int interval, int taught) {
    Counting planner = new Counting();
    LoadHistory history = new LoadHistory(1, 2, Weighting.last());
    ExpertTable table = ExpertTable.initial(1, TOPOLOGY);
    List<Integer> planned = new ArrayList<>();
    try (PeriodicContender contender = new PeriodicContender(planner, interval, taught)) {
      for (int window = 0; window < 8; window++) {
        history.add(new double[] {1, 2});
        int before = planner.plans;
        PlannedStep step = contender.plan(table, history.series(), new double[] {1, 2});
        assertEquals(table, step.table());
        if (planner.plans > before) {
          planned.add(window);
        }
      }
    }
    return planned;
  }

  private static final class Counting implements Contender {
    private int plans;
    private boolean closed;

    @Override
    public String label() {
      return "counting";
    }

    @Override
    public String policy() {
      return "counting";
    }

    @Override
    public boolean reference() {
      return false;
    }

    @Override
    public PlannedStep plan(ExpertTable current, LoadSeries estimate, double[] next) {
      plans++;
      return new PlannedStep(current, Rebalance.unchanged(current), 0, 0, 0, Optional.empty());
    }

    @Override
    public void close() {
      closed = true;
    }
  }
}
