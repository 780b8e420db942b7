package io.eplb.cli.processes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.cli.processes.DemoCluster.Party;
import io.eplb.core.engine.shared.AgentGate;
import io.eplb.core.update.promise.RankGate;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * ZooKeeper as three real servers under a running group of real processes: its leader dies or is
 * stopped at each arrow of an update, the quorum is lost and comes back, all servers are started
 * again one after another. After each fault the group must come back, and commit the next version
 * with all ranks there; at the end every byte and every step is compared with the record.
 *
 * <p>{@code -Deplb.ensemble.cases=N} asks for N of the cases with the leader, 1 otherwise, {@code
 * -Deplb.faults.seed=S} for others; the profile {@code faults} asks for all, and for the tests that
 * take longest.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EnsembleFaultsIT {
  private static final String PROPERTY = "eplb.ensemble.cases";
  private static final int CASES = Integer.getInteger(PROPERTY, 1);

  /** Two cases and more: then there is time for the other long tests too. */
  private static final String MANY = "[2-9]|[1-9][0-9]+";

  private static final long SEED = Long.getLong("eplb.faults.seed", 1);

  /** The steps for which a leader is stopped without losing its place: a fraction of 2 s. */
  private static final long SHORT_STEPS = 25;

  /** The steps after which a test is sure that ranks go on. */
  private static final long GO_ON_STEPS = 25;

  /** The steps that a slow record takes to answer; the planner then sets a far fence. */
  private static final long SLOW_RECORD_STEPS = 50;

  private LateRank late;
  private EnsembleProcesses ensemble;
  private FaultGroup group;
  private int faults;

  /** A fault of a leader. */
  private enum Fault {
    /** It is killed and started again. */
    KILLED,
    /** It is stopped for some steps. */
    STOPPED,
    /** It is stopped until another leads. */
    REPLACED
  }

  /** A fault of the leader at an arrow. */
  private record Case(String arrow, Fault fault) {
    @Override
    public String toString() {
      return arrow + ": the leader is " + fault;
    }
  }

  private static List<Case> cases() {
    List<Case> all = new ArrayList<>();
    for (String arrow : FaultGroup.ARROWS) {
      for (Fault fault : Fault.values()) {
        all.add(new Case(arrow, fault));
      }
    }
    assertEquals(42, all.size());
    Collections.shuffle(all, new Random(SEED));
    return all.subList(0, Math.min(CASES, all.size()));
  }

  @BeforeAll
  void start(@TempDir(cleanup = CleanupMode.ON_SUCCESS) Path folder) throws Exception {
    late = new LateRank();
    ensemble = new EnsembleProcesses(folder);
    group = new FaultGroup(folder, late, ensemble);
  }

  /** Each fault was overcome by an update; so the record has at least as many versions. */
  @AfterAll
  void everyStepHadOneVersionAndEveryByteIsRight() throws Exception {
    try (FaultGroup ending = group) {
      ending.end(faults);
    } finally {
      late.close();
    }
  }

  private void overcome(String fault) throws Exception {
    faults++;
    group.await(fault + ": a leader", () -> ensemble.leading().isPresent());
    group.awaitRecovery(fault);
  }

  @Test
  void aLeaderThatDiesOrIsStoppedAtAnyArrowDelaysTheUpdateAndNothingElse() throws Exception {
    for (Case each : cases()) {
      group.holdAt(each.toString(), each.arrow());
      if (each.fault() == Fault.KILLED) {
        group.cluster().replace(Party.ZOOKEEPER, 0, 0);
        group.release(each.arrow());
      } else {
        ChildProcess leader = ensemble.leader();
        FaultGroup.stop(leader);
        group.release(each.arrow());
        if (each.fault() == Fault.STOPPED) {
          group.awaitSteps(each + ": steps", 0, SHORT_STEPS);
        } else {
          group.await(each + ": another", () -> ensemble.leading().isPresent());
        }
        FaultGroup.goOn(leader);
      }
      overcome(each.toString());
    }
  }

  /** Takes the quorum away: the leader and another server. */
  private List<Integer> quorum() {
    int leader = ensemble.leading().orElseThrow();
    return List.of(leader, (leader + 1) % EnsembleProcesses.SERVERS);
  }

  /**
   * Holds the planner when all ranks have promised, and nothing is decided. The record seemed slow
   * before, so that the fence is far ahead.
   *
   * @return the fence
   */
  private long holdPromised(String what) throws Exception {
    group.holdAt(what, "propose-after");
    group.awaitSteps(what + ": a slow record", 1, SLOW_RECORD_STEPS);
    group.arm("commit-before");
    group.release("propose-after");
    group.awaitHeld(what, "commit-before");
    RankGate.Pending promise = group.gate(0).view().pending();
    assertNotNull(promise, what);
    return promise.fence();
  }

  @Test
  void aQuorumThatIsBackBeforeTheFenceIsMissedByNoStep() throws Exception {
    String what = "the quorum is lost for less than the lead of a promise";
    long fence = holdPromised(what);
    List<Integer> stopped = quorum();
    for (int server : stopped) {
      FaultGroup.stop(ensemble.process(server));
    }
    group.release("commit-before");
    group.awaitSteps(what + ": steps without a quorum", 0, GO_ON_STEPS);
    // From here on the fence comes no nearer, however busy the machine is.
    for (int rank = 0; rank < FaultGroup.RANKS; rank++) {
      FaultGroup.stop(group.cluster().process(Party.ENGINE, rank, 0));
    }
    for (int server : stopped) {
      FaultGroup.goOn(ensemble.process(server));
    }
    for (int rank = 0; rank < FaultGroup.RANKS; rank++) {
      AgentGate gate = group.gate(rank);
      group.await(what + ": the outcome", () -> gate.status().phase() == RankGate.Phase.COMMITTED);
      assertTrue(gate.nextStep() <= fence, what);
    }
    for (int rank = 0; rank < FaultGroup.RANKS; rank++) {
      FaultGroup.goOn(group.cluster().process(Party.ENGINE, rank, 0));
    }
    overcome(what);
  }

  @Test
  void aQuorumThatIsAwayAtTheFenceIsAwaitedThereByAllRanks() throws Exception {
    String what = "the quorum is lost for longer than the lead of a promise";
    long fence = holdPromised(what);
    List<Integer> killed = quorum();
    killed.forEach(ensemble::kill);
    group.release("commit-before");
    for (int rank = 0; rank < FaultGroup.RANKS; rank++) {
      AgentGate gate = group.gate(rank);
      group.await(what + ": a rank at its fence", () -> gate.status().waiting());
      assertEquals(fence, gate.nextStep(), what);
    }
    killed.forEach(ensemble::start);
    for (int rank = 0; rank < FaultGroup.RANKS; rank++) {
      group.awaitSteps(what + ": steps after that", rank, GO_ON_STEPS);
    }
    overcome(what);
  }

  @Test
  void aRankThatKnowsTheOutcomeGoesOnWithoutAQuorumAndAnotherWaits() throws Exception {
    String what = "the quorum is lost when all ranks but one know the outcome";
    long fence = holdPromised(what);
    long version = group.watch().version() + 1;
    late.hold();
    group.arm("outcome-before");
    group.release("commit-before");
    group.awaitHeld(what, "outcome-before");
    assertEquals(version, group.watch().version(), what + ": the switch is void");
    for (int rank = 1; rank < FaultGroup.RANKS; rank++) {
      AgentGate gate = group.gate(rank);
      group.await(
          what + ": the record's watch", () -> gate.status().phase() != RankGate.Phase.PROMISED);
    }
    List<Integer> killed = quorum();
    killed.forEach(ensemble::kill);
    group.cluster().replace(Party.PLANNER, 0, group.leader());
    group.release("outcome-before");
    late.pass();
    AgentGate waiting = group.gate(LateRank.RANK);
    group.await(what + ": the late rank at its fence", () -> waiting.status().waiting());
    for (int rank = 1; rank < FaultGroup.RANKS; rank++) {
      AgentGate gate = group.gate(rank);
      group.await(what + ": the others beyond", () -> gate.nextStep() >= fence + GO_ON_STEPS);
      assertEquals(version, gate.status().version(), what);
    }
    assertEquals(fence, waiting.nextStep(), what);
    killed.forEach(ensemble::start);
    group.await(what + ": the late rank beyond", () -> waiting.nextStep() >= fence + GO_ON_STEPS);
    overcome(what);
  }

  @Test
  @EnabledIfSystemProperty(named = PROPERTY, matches = MANY)
  void updatesGoOnWhileAllServersAreStartedAgainOneAfterAnother() throws Exception {
    int leader = ensemble.leading().orElseThrow();
    for (int next = 1; next <= EnsembleProcesses.SERVERS; next++) {
      int server = (leader + next) % EnsembleProcesses.SERVERS;
      String what = "server " + server + " is started again";
      ensemble.end(server);
      long version = group.watch().version();
      group.await(what + ": versions without it", () -> group.watch().version() > version + 1);
      ensemble.start(server);
      group.await(what + ": its return", () -> ensemble.isServing(server));
      overcome(what);
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX) // Elsewhere no command limits a process that runs.
  @EnabledIfSystemProperty(named = PROPERTY, matches = MANY)
  void aLeaderWhoseDiskIsFullLeavesTheDecisionToTheOthers() throws Exception {
    String what = "the disk of the leader is full";
    group.holdAt(what, "commit-before");
    int member = ensemble.leading().orElseThrow();
    ChildProcess full = ensemble.process(member);
    group.mayEnd(full);
    FaultGroup.fillDisk(full, 0);
    group.release("commit-before");
    group.await(
        what + ": another", () -> ensemble.leading().filter(is -> is != member).isPresent());
    long version = group.watch().version();
    group.await(what + ": versions without it", () -> group.watch().version() > version + 1);
    returnWithRoom(member);
    group.await(what + ": its return", () -> ensemble.isServing(member));
    overcome(what);
  }

  /** ZooKeeper ends a server that cannot write, or leaves it where it is no part of the quorum. */
  private void returnWithRoom(int member) {
    ensemble.kill(member);
    ensemble.start(member);
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  @EnabledIfSystemProperty(named = PROPERTY, matches = MANY)
  void ranksServeOnWhileTheDisksOfAllServersAreFull() throws Exception {
    String what = "all disks are full";
    group.holdAt(what, "join-before");
    for (ChildProcess server : ensemble.processes()) {
      group.mayEnd(server);
      FaultGroup.fillDisk(server, 0);
    }
    group.release("join-before");
    long version = group.watch().version();
    group.await(what + ": no quorum", () -> ensemble.leading().isEmpty());
    for (int rank = 0; rank < FaultGroup.RANKS; rank++) {
      group.awaitSteps(what + ": steps", rank, GO_ON_STEPS);
    }
    assertEquals(version, group.watch().version(), what);
    for (int member = 0; member < EnsembleProcesses.SERVERS; member++) {
      returnWithRoom(member);
    }
    overcome(what);
  }
}
