package io.eplb.cli.processes;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.eplb.cli.processes.DemoCluster.Party;
import io.eplb.cli.shell.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * Real processes that can write to no file any more, from an arrow of an update on: the system
 * limits the files of the process, in place of a full disk. ZooKeeper and engines, which write, end
 * and are started again; the others serve on. After each fault the group must come back, and commit
 * the next version with all ranks there; at the end every byte and every step is compared with the
 * record.
 *
 * <p>{@code -Deplb.disks.cases=N} asks for N of the cases, 2 otherwise, {@code
 * -Deplb.faults.seed=S} for others; the profile {@code faults} asks for all.
 */
@EnabledOnOs(OS.LINUX) // Elsewhere no command limits a process that runs.
class FullDiskIT {
  private static final int CASES = Integer.getInteger("eplb.disks.cases", 2);
  private static final long SEED = Long.getLong("eplb.faults.seed", 1);

  /** The parties; those that write come first. */
  private static final List<Party> PARTIES =
      List.of(Party.ZOOKEEPER, Party.ENGINE, Party.AGENT, Party.PLANNER);

  /** The bytes of which a write may still find room for a part. */
  private static final int TORN = 100;

  /** The steps after which a test is sure that ranks go on. */
  private static final long GO_ON_STEPS = 25;

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path folder = Path.of(".");

  /** A process whose disk is full from an arrow on. */
  private record Case(String arrow, Party party) {
    @Override
    public String toString() {
      return arrow + ": the disk of " + party + " is full";
    }
  }

  /** Returns the cases, in turn of each party. */
  private static List<Case> cases() {
    List<String> arrows = new ArrayList<>(FaultGroup.ARROWS);
    Collections.shuffle(arrows, new Random(SEED));
    List<Case> all = new ArrayList<>();
    for (int index = 0; index < arrows.size(); index++) {
      for (int party = 0; party < PARTIES.size(); party++) {
        // Another arrow for each party, and in the end all for all.
        all.add(new Case(arrows.get((index + party) % arrows.size()), PARTIES.get(party)));
      }
    }
    assertEquals(56, all.size());
    return all.subList(0, Math.min(CASES, all.size()));
  }

  @Test
  void whoeverFindsNoRoomEveryStepHasOneVersionAndEveryByteIsRight() throws Exception {
    try (FaultGroup group = new FaultGroup(folder, GroupRoutes.DIRECT, new OneZooKeeper(folder))) {
      Random random = new Random(SEED);
      for (Case each : cases()) {
        fill(each, random.nextInt(FaultGroup.RANKS), random, group);
        group.awaitRecovery(each.toString());
      }
      group.end(CASES);
    }
  }

  private void fill(Case fault, int rank, Random random, FaultGroup group) throws Exception {
    String what = fault.toString();
    group.holdAt(what, fault.arrow());
    ChildProcess full = group.cluster().process(fault.party(), rank, group.leader());
    group.mayEnd(full);
    switch (fault.party()) {
      case ZOOKEEPER ->
          FaultGroup.fillDisk(
              full,
              end(folder.resolve("data").resolve("version-2"), "log.") + random.nextInt(TORN));
      case ENGINE ->
          FaultGroup.fillDisk(
              full, end(folder.resolve("steps"), "steps-" + rank + ".") + random.nextInt(TORN));
      case AGENT, PLANNER -> FaultGroup.fillDisk(full, 0);
    }
    group.release(fault.arrow());
    int other = (rank + 1) % FaultGroup.RANKS;
    if (fault.party() == Party.ZOOKEEPER || fault.party() == Party.ENGINE) {
      group.await(what + ": its end", () -> !full.isAlive());
      assertEquals(ExitCode.USER_FAULT, full.exitCode(), full.lastLine());
      group.awaitSteps(what + ": steps of another rank", other, GO_ON_STEPS);
      group.cluster().replace(fault.party(), rank, 0);
    } else {
      group.awaitRecovery(what + " still");
      FaultGroup.freeDisk(full);
    }
  }

  /** Returns the end of what is written in the newest file of a name; zeros are kept room. */
  private static long end(Path folder, String name) throws IOException {
    Path newest;
    try (Stream<Path> files = Files.list(folder)) {
      newest =
          files
              .filter(file -> file.getFileName().toString().startsWith(name))
              .max(Comparator.comparing(file -> file.toFile().lastModified()))
              .orElseThrow();
    }
    byte[] bytes = Files.readAllBytes(newest);
    int end = bytes.length;
    while (end > 0 && bytes[end - 1] == 0) {
      end--;
    }
    return end;
  }
}
