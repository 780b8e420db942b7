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
 * of an update and each write of the record. A planner or agent is also stopped until its session
 * has expired. After each fault the group must come back, and commit the next version with all
 * ranks there; at the end every byte and every step is compared with the record.
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

  /** A fault of a process. */
  private enum Fault {
    KILLED,
    /** Stopped for some steps; its session lasts longer. */
    STOPPED,
    /** Stopped until its session has expired, which it does not know when it goes on. */
    EXPIRED
  }

  /** A fault at an arrow. */
  private record Case(String arrow, Party party, Fault fault) {
    @Override
    public String toString() {
      return arrow + ": " + party + " " + fault;
    }
  }

  private static List<Case> cases() {
    List<Case> all = new ArrayList<>();
    for (String arrow : FaultGroup.ARROWS) {
      for (Party party : Party.values()) {
        all.add(new Case(arrow, party, Fault.KILLED));
        all.add(new Case(arrow, party, Fault.STOPPED));
        if (party == Party.PLANNER || party == Party.AGENT) {
          all.add(new Case(arrow, party, Fault.EXPIRED));
        }
      }
    }
    assertEquals(140, all.size());
    Collections.shuffle(all, new Random(SEED));
    return all.subList(0, Math.min(CASES, all.size()));
  }

  @Test
  void whateverDiesAtAnyArrowEveryStepHasOneVersionAndEveryByteIsRight() throws Exception {
    try (FaultGroup group = new FaultGroup(folder, GroupRoutes.DIRECT, new OneZooKeeper(folder))) {
      Random random = new Random(SEED);
      for (Case each : cases()) {
        strike(each, random.nextInt(FaultGroup.RANKS), group);
        group.awaitRecovery(each.toString());
      }
      group.end(CASES);
    }
  }

  private static void strike(Case each, int rank, FaultGroup group) throws Exception {
    group.holdAt(each.toString(), each.arrow());
    long leader = group.leader();
    if (each.fault() == Fault.KILLED) {
      group.cluster().replace(each.party(), rank, leader);
      group.release(each.arrow());
      return;
    }
    ChildProcess stopped = group.cluster().process(each.party(), rank, leader);
    FaultGroup.Condition expired = group.sessionEnd(each.party(), rank);
    FaultGroup.stop(stopped);
    group.release(each.arrow());
    if (each.fault() == Fault.EXPIRED) {
      group.await(each + ": the end of the session", expired);
    } else {
      group.awaitSteps(
          each + ": steps of another rank", (rank + 1) % FaultGroup.RANKS, STOPPED_STEPS);
    }
    FaultGroup.goOn(stopped);
  }
}
