package io.eplb.core.runtime;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Random schedules of deaths, returns, elections and outages of the record. After each of them all
 * comes back, and the next updates have to be committed. The rig checks on the way that every step
 * reads the bytes of its table, and that all ranks run a step with one version.
 */
class ClusterSchedulesTest {
  private static final long FIRST_SEED = 20_000;
  private static final int SCHEDULES = 40;
  private static final int EVENTS = 25;

  @TestFactory
  Stream<DynamicTest> schedules() {
    return LongStream.range(FIRST_SEED, FIRST_SEED + SCHEDULES)
        .mapToObj(seed -> DynamicTest.dynamicTest("seed " + seed, () -> new Schedule(seed).run()));
  }

  private static final class Schedule {
    private final Random random;
    private final ClusterRig rig = new ClusterRig().startRanks(0, 1, 2, 3);

    /** The dead starts of ranks that their group has not given up yet. */
    private final List<SimulatedAgent> unnoticed = new ArrayList<>();

    private long epoch = 1;

    Schedule(long seed) {
      random = new Random(seed);
    }

    void run() {
      rig.planner.start();
      for (int event = 0; event < EVENTS; event++) {
        rig.serve(random.nextInt(40));
        happen(random.nextInt(8));
      }
      heal();
      rig.assertNextUpdateIsCommitted();
      rig.assertNextUpdateIsCommitted();
    }

    private void happen(int kind) {
      int rank = random.nextInt(ClusterRig.TOPOLOGY.ranks());
      switch (kind) {
        case 0 -> {
          if (rig.agent(rank).isAlive()) {
            rig.kill(rank);
            unnoticed.add(rig.agent(rank));
          }
        }
        case 1 -> notice();
        case 2, 3 -> {
          if (!rig.agent(rank).isAlive()) {
            rig.restart(rank);
          }
        }
        case 4 -> {
          if (random.nextBoolean()) {
            rig.planner.kill();
          } else {
            rig.planner.loseLeadership();
          }
          elect();
        }
        case 5 -> rig.planner.access.away = !rig.planner.access.away;
        case 6 -> rig.agent(rank).unreachable = !rig.agent(rank).unreachable;
        default -> rig.heatNext();
      }
    }

    private void notice() {
      if (!unnoticed.isEmpty()) {
        rig.group.remove(unnoticed.remove(random.nextInt(unnoticed.size())).member());
      }
    }

    private void elect() {
      rig.elect(++epoch).start();
    }

    private void heal() {
      for (int rank = 0; rank < ClusterRig.TOPOLOGY.ranks(); rank++) {
        rig.agent(rank).unreachable = false;
        if (!rig.agent(rank).isAlive()) {
          rig.restart(rank);
        }
      }
      while (!unnoticed.isEmpty()) {
        notice();
      }
      rig.planner.access.away = false;
      rig.pass(AwaitedRanks.PATIENCE);
      if (rig.phase() == RuntimePhase.STOPPED) {
        elect(); // Too many cycles have failed in a row; an operator would start it anew.
      }
    }
  }
}
