package io.eplb.cli.processes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.cli.processes.DemoCluster.Party;
import io.eplb.core.engine.shared.AgentGate;
import io.eplb.core.engine.shared.SharedFolder;
import io.eplb.core.format.placement.PlacementFormats;
import io.eplb.core.record.CommitRecord;
import io.eplb.server.cluster.Arrow;
import io.eplb.server.cluster.ClusterAccess;
import io.eplb.server.cluster.Patience;
import io.eplb.server.cluster.ZooKeeperAccess;
import io.eplb.zookeeper.ZooKeeperSettings;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
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
  private static final List<String> ARROWS =
      List.of("join", "prepare", "propose", "promise", "commit", "outcome", "switched");
  private static final int CASES = Integer.getInteger("eplb.faults.cases", 6);
  private static final long SEED = Long.getLong("eplb.faults.seed", 1);
  private static final int RANKS = 3;
  private static final int LAYERS = 4;
  private static final int EXPERTS = 16;

  /** The steps that another rank begins while a process is stopped. */
  private static final long STOPPED_STEPS = 25;

  /** A limit for a test that fails, not for one that passes. */
  private static final Duration FAILED = Duration.ofMinutes(3);

  private static final Duration LOOK = Duration.ofMillis(10);

  @TempDir Path folder = Path.of(".");

  private final Patience patience = new Patience();

  /** A fault at an arrow. */
  private record Case(String arrow, Party party, boolean stopped) {
    @Override
    public String toString() {
      return arrow + ": " + party + (stopped ? " stopped" : " killed");
    }
  }

  private static List<Case> cases() {
    List<Case> all = new ArrayList<>();
    for (String message : ARROWS) {
      for (String side : List.of("-before", "-after")) {
        for (Party party : Party.values()) {
          all.add(new Case(message + side, party, false));
          all.add(new Case(message + side, party, true));
        }
      }
    }
    assertEquals(112, all.size());
    Collections.shuffle(all, new Random(SEED));
    return all.subList(0, Math.min(CASES, all.size()));
  }

  @AfterEach
  void forget() {
    System.clearProperty(Arrow.PROPERTY);
  }

  @Test
  void whateverDiesAtAnyArrowEveryStepHasOneVersionAndEveryByteIsRight() throws Exception {
    System.setProperty(Arrow.PROPERTY, Files.createDirectory(folder.resolve("arrows")).toString());
    DemoCluster.Setting setting = setting();
    try (DemoCluster cluster = new DemoCluster(setting)) {
      await("ZooKeeper", cluster, () -> cluster.zookeeper().isPresent());
      cluster.startRanks();
      try (ClusterAccess access =
              ZooKeeperAccess.open(
                  ZooKeeperSettings.parse(cluster.zookeeper().orElseThrow()), patience);
          RecordWatch watch = new RecordWatch(access, record(access))) {
        await("the first update", cluster, () -> watch.version() >= 1);
        Random random = new Random(SEED);
        for (Case each : cases()) {
          strike(each, random.nextInt(RANKS), setting, cluster, watch);
        }
        GroupVerification.Result found = GroupVerification.of(setting, cluster, watch, patience);
        assertEquals(Optional.empty(), found.fault());
        assertTrue(found.version() > CASES, "only version " + found.version());
        assertEquals(
            (long) LAYERS * setting.first().physicalExperts() * setting.expertBytes(),
            found.bytes());
      }
    }
  }

  private CommitRecord record(ClusterAccess access) throws Exception {
    while (true) {
      Optional<CommitRecord> found = patience.get("finding the record", access::find);
      if (found.isPresent()) {
        return found.get();
      }
      patience.pause(LOOK);
    }
  }

  private void await(String what, DemoCluster cluster, BooleanSupplier condition) throws Exception {
    long end = System.nanoTime() + FAILED.toNanos();
    while (!condition.getAsBoolean()) {
      assertEquals(Optional.empty(), cluster.ended(), what);
      assertTrue(System.nanoTime() < end, what + " did not happen");
      patience.pause(LOOK);
    }
  }

  private void strike(
      Case fault, int rank, DemoCluster.Setting setting, DemoCluster cluster, RecordWatch watch)
      throws Exception {
    Path armed = folder.resolve("arrows").resolve(fault.arrow());
    Path reached = folder.resolve("arrows").resolve(fault.arrow() + ".reached");
    Files.createFile(armed);
    await(fault + ": the arrow", cluster, () -> Files.exists(reached));
    long leader = leader(watch);
    if (fault.stopped()) {
      ChildProcess stopped = cluster.process(fault.party(), rank, leader);
      signal("STOP", stopped.pid());
      Files.delete(reached);
      AgentGate other = GroupVerification.gate(setting, (rank + 1) % RANKS);
      long step = other.nextStep();
      await(
          fault + ": steps of another rank",
          cluster,
          () -> other.nextStep() >= step + STOPPED_STEPS || other.status().waiting());
      signal("CONT", stopped.pid());
    } else {
      cluster.replace(fault.party(), rank, leader);
      Files.delete(reached);
    }
    await(fault + ": all ranks", cluster, () -> watch.complete(RANKS));
    long back = watch.version();
    await(fault + ": the next version", cluster, () -> watch.version() > back);
  }

  private static long leader(RecordWatch watch) {
    String address = watch.leader();
    return address.isEmpty() ? -1 : Long.parseLong(address.substring(address.indexOf(' ') + 1));
  }

  private static void signal(String name, long pid) throws Exception {
    Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(pid)).start();
    assertEquals(0, kill.waitFor());
  }

  private DemoCluster.Setting setting() throws Exception {
    EpTopology topology = EpTopology.withRedundantExperts(EXPERTS, RANKS, 1, 1, 5);
    ExpertTable first = ExpertTable.initial(LAYERS, topology);
    Path map = folder.resolve("map.json");
    try (OutputStream out = Files.newOutputStream(map)) {
      PlacementFormats.named("vllm-ascend").write(first, out);
    }
    Path trace = Files.writeString(folder.resolve("load.json"), load());
    Path config =
        Files.writeString(
            folder.resolve("config.yaml"),
            """
            dynamic_eplb: true
            expert_heat_collection_interval: 10
            algorithm_execution_interval: 1000000
            eplb_policy: incremental
            """,
            StandardCharsets.UTF_8);
    return new DemoCluster.Setting(
        folder,
        new SharedFolder(Files.createDirectory(folder.resolve("shared"))),
        map,
        first,
        config,
        Optional.of(trace.toString()),
        64,
        20);
  }

  /** Returns loads whose hot experts change every 16 steps, so that there is always work. */
  private static String load() {
    StringBuilder load = new StringBuilder();
    for (int window = 0; window < 128; window++) {
      load.append(window == 0 ? "[[" : ",[");
      for (int layer = 0; layer < LAYERS; layer++) {
        load.append(layer == 0 ? "[" : ",[");
        for (int expert = 0; expert < EXPERTS; expert++) {
          boolean hot = (expert + layer) % 8 == window / 16;
          load.append(expert == 0 ? "" : ",").append(hot ? 90_000 : 1_000 + expert);
        }
        load.append(']');
      }
      load.append(']');
    }
    return load.append(']').toString();
  }
}
