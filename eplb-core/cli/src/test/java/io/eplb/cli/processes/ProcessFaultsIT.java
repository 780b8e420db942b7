package io.eplb.cli.processes;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.eplb.cli.processes.DemoCluster.Party;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * Real processes that are killed, or stopped and continued, exactly before and after each message
 * of an update and each write of the record. After each fault the group must come back, and commit
 * the next version with all ranks there; at the end every byte and every step is compared with the
 * record.
 *
 * <p>{@code -Deplb.faults.cases=N} asks for N of the cases, 6 otherwise, {@code
 * -Deplb.faults.seed=S} for others; the profile {@code faults} asks for all.
 */
class ProcessFaultsIT {
  private static final int CASES = Integer.getInteger("eplb.faults.cases", 6);
  private static final long SEED = Long.getLong("eplb.faults.seed", 1);

  /** The steps that another rank begins while a process is stopped. */
  private static final long STOPPED_STEPS = 25;

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path folder = Path.of(".");

  /** A fault at an arrow. */
  private record Case(String arrow, Party party, boolean stopped) {
    @Override
    public String toString() {
      return arrow + ": " + party + (stopped ? " stopped" : " killed");
    }
  }

  private static List<Case> cases() {
    List<Case> all = new ArrayList<>();
    for (String arrow : FaultGroup.ARROWS) {
      for (Party party : Party.values()) {
        all.add(new Case(arrow, party, false));
        all.add(new Case(arrow, party, true));
      }
    }
    assertEquals(112, all.size());
    Collections.shuffle(all, new Random(SEED));
    return all.subList(0, Math.min(CASES, all.size()));
  }

  @Test
  void whateverDiesAtAnyArrowEveryStepHasOneVersionAndEveryByteIsRight() throws Exception {
    try (FaultGroup group = new FaultGroup(folder, GroupRoutes.DIRECT)) {
      Random random = new Random(SEED);
      for (Case each : cases()) {
        strike(each, random.nextInt(FaultGroup.RANKS), group);
        group.awaitRecovery(each.toString());
      }
      group.end(CASES);
    }
  }

  private static void strike(Case fault, int rank, FaultGroup group) throws Exception {
    group.holdAt(fault.toString(), fault.arrow());
    long leader = group.leader();
    if (fault.stopped()) {
      ChildProcess stopped = group.cluster().process(fault.party(), rank, leader);
      signal("STOP", stopped.pid());
      group.release(fault.arrow());
      group.awaitSteps(
          fault + ": steps of another rank", (rank + 1) % FaultGroup.RANKS, STOPPED_STEPS);
      signal("CONT", stopped.pid());
    } else {
      group.cluster().replace(fault.party(), rank, leader);
      group.release(fault.arrow());
    }
  }

  private static void signal(String name, long pid) throws Exception {
    Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(pid)).start();
    assertEquals(0, kill.waitFor());
  }
}
