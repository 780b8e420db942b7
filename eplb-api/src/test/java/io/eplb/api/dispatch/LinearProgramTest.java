package io.eplb.api.dispatch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.eplb.api.Dispatch;
import io.eplb.api.InvalidInputException;
import io.eplb.api.Placement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.commons.math3.optim.MaxIter;
import org.apache.commons.math3.optim.linear.LinearConstraint;
import org.apache.commons.math3.optim.linear.LinearConstraintSet;
import org.apache.commons.math3.optim.linear.LinearObjectiveFunction;
import org.apache.commons.math3.optim.linear.NoFeasibleSolutionException;
import org.apache.commons.math3.optim.linear.NonNegativeConstraint;
import org.apache.commons.math3.optim.linear.Relationship;
import org.apache.commons.math3.optim.linear.SimplexSolver;
import org.apache.commons.math3.optim.nonlinear.scalar.GoalType;
import org.junit.jupiter.api.Test;

/** The least peak against a library for linear programs, on layers of up to 8 ranks × 5 slots. */
class LinearProgramTest {
  private static final int CASES = 10_000;

  @Test
  void theLeastPeakIsThatOfTheLinearProgram() {
    int infeasible = 0;
    for (int seed = 0; seed < CASES; seed++) {
      Random random = new Random(seed);
      RandomLayer layer = RandomLayer.draw(random, 8, 5);
      boolean complete = random.nextInt(10) != 0 || !layer.loseAnExpert(random);
      String where = "seed " + seed;
      if (complete) {
        double expected = leastPeak(layer);
        assertEquals(expected, layer.solve(Dispatch.LP).peak(), 1e-7 * expected, where);
      } else {
        infeasible++;
        assertThrows(NoFeasibleSolutionException.class, () -> leastPeak(layer), where);
        assertThrows(InvalidInputException.class, () -> layer.solve(Dispatch.LP), where);
      }
    }
    assertEquals(CASES * 0.08, infeasible, CASES * 0.03);
  }

  /**
   * Minimises T subject to: the parts of every expert sum to its load, and those of every rank sum
   * to at most T × its speed. Variables are one part per slot and T. Loads and speeds are divided
   * by their means: the solver's tolerances are absolute.
   */
  private static double leastPeak(RandomLayer layer) {
    int slots = layer.row.length;
    double scale = 0;
    for (double load : layer.loads) {
      scale += load / layer.experts;
    }
    if (scale == 0) {
      return 0;
    }
    double[] objective = new double[slots + 1];
    objective[slots] = 1;
    List<LinearConstraint> constraints = new ArrayList<>();
    for (int expert = 0; expert < layer.experts; expert++) {
      double[] parts = new double[slots + 1];
      for (int slot = 0; slot < slots; slot++) {
        parts[slot] = layer.row[slot] == expert ? 1 : 0;
      }
      constraints.add(new LinearConstraint(parts, Relationship.EQ, layer.loads[expert] / scale));
    }
    double meanSpeed = layer.ranks.totalSpeed() / layer.ranks.livingRanks();
    for (int rank = 0; rank < layer.ranks.ranks(); rank++) {
      double[] parts = new double[slots + 1];
      for (int slot = 0; slot < slots; slot++) {
        boolean here = slot / layer.ranks.slotsPerRank() == rank;
        parts[slot] = here && layer.row[slot] != Placement.EMPTY ? 1 : 0;
      }
      parts[slots] = -layer.ranks.speed(rank) / meanSpeed;
      constraints.add(new LinearConstraint(parts, Relationship.LEQ, 0));
    }
    return new SimplexSolver(1e-9, 10, 1e-12)
            .optimize(
                new MaxIter(10_000),
                new LinearObjectiveFunction(objective, 0),
                new LinearConstraintSet(constraints),
                GoalType.MINIMIZE,
                new NonNegativeConstraint(true))
            .getValue()
        * scale
        / meanSpeed;
  }
}
