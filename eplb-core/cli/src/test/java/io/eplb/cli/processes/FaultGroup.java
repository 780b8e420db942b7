package io.eplb.cli.processes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.cli.processes.DemoCluster.Party;
import io.eplb.core.cluster.Member;
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
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A small group of real processes for a test of faults: it holds the planner at an {@link Arrow},
 * and checks after each fault that the group has come back, and at the end that every byte and
 * every step was right. There is always work: the load moves all the time.
 *
 * <pre>
 *   holdAt("promise-before")   the planner has not asked for a promise yet, and cannot
 *   …                          the fault
 *   release("promise-before")  the planner goes on
 *   awaitRecovery("…")         all ranks are there, buffers are free, a version is committed
 * </pre>
 */
final class FaultGroup implements AutoCloseable {
  /** The messages of an update and the writes of the record, in their order. */
  static final List<String> ARROWS =
      List.of(
          "join-before",
          "join-after",
          "prepare-before",
          "prepare-after",
          "propose-before",
          "propose-after",
          "promise-before",
          "promise-after",
          "commit-before",
          "commit-after",
          "outcome-before",
          "outcome-after",
          "switched-before",
          "switched-after");

  static final int RANKS = 3;

  private static final int LAYERS = 4;
  private static final int EXPERTS = 16;
  private static final int EXPERT_BYTES = 64;

  /** A limit for a test that fails, not for one that passes. */
  private static final Duration FAILED = Duration.ofMinutes(3);

  private static final Duration LOOK = Duration.ofMillis(10);

  private final Path folder;
  private final Path arrows;
  private final Patience patience = new Patience();
  private final DemoCluster.Setting setting;
  private final DemoCluster cluster;
  private final ClusterAccess access;
  private final RecordWatch watch;
  private final RankAudit audit;
  private final Set<ChildProcess> mayEnd = new HashSet<>();

  /** A condition of the group. */
  @FunctionalInterface
  interface Condition {
    boolean holds() throws Exception;
  }

  /**
   * Starts a group, and waits until its ranks have agreed on a record.
   *
   * @param folder an empty folder; what the processes say stays there
   * @param zookeeper the servers; closed with this
   */
  @SuppressWarnings("resource") // Closed with this, or if this cannot be made.
  FaultGroup(Path folder, GroupRoutes routes, ZooKeeperServers zookeeper) throws Exception {
    this.folder = folder;
    arrows = Files.createDirectory(folder.resolve("arrows"));
    System.setProperty(Arrow.PROPERTY, arrows.toString());
    setting = setting();
    cluster = new DemoCluster(setting, routes, zookeeper);
    try {
      await("ZooKeeper", () -> cluster.zookeeper().isPresent());
      cluster.startRanks();
      access =
          ZooKeeperAccess.open(
              ZooKeeperSettings.parse(cluster.zookeeper().orElseThrow()), patience);
      watch = new RecordWatch(access, record());
      audit = new RankAudit(setting, cluster, watch, patience);
    } catch (Exception | Error failed) {
      cluster.close();
      throw failed;
    }
  }

  private CommitRecord record() throws Exception {
    while (true) {
      Optional<CommitRecord> found = patience.get("finding the record", access::find);
      if (found.isPresent()) {
        return found.get();
      }
      patience.pause(LOOK);
    }
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
            """,
            StandardCharsets.UTF_8);
    String bytes = Integer.toString(EXPERT_BYTES);
    return new DemoCluster.Setting(
        folder,
        new SharedFolder(Files.createDirectory(folder.resolve("shared"))),
        map,
        first,
        config,
        EXPERT_BYTES,
        new ProgramOptions(
            List.of("--expert-bytes", bytes, "--trace", trace.toString()),
            List.of("--expert-bytes", bytes),
            List.of("--expert-bytes", bytes, "--policy", "incremental")));
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

  DemoCluster cluster() {
    return cluster;
  }

  RecordWatch watch() {
    return watch;
  }

  /** Returns the process of the planner that leads; −1 if none does. */
  long leader() {
    String address = watch.leader();
    return address.isEmpty() ? -1 : Long.parseLong(address.substring(address.indexOf(' ') + 1));
  }

  /** Waits for a condition; no process may end meanwhile but one that {@link #mayEnd}. */
  void await(String what, Condition condition) throws Exception {
    long end = System.nanoTime() + FAILED.toNanos();
    while (!condition.holds()) {
      assertEquals(Optional.empty(), cluster.ended(mayEnd), what);
      assertTrue(System.nanoTime() < end, what + " did not happen");
      patience.pause(LOOK);
    }
  }

  /** Waits until a rank has begun so many more steps, or waits at the fence of a promise. */
  void awaitSteps(String what, int rank, long steps) throws Exception {
    AgentGate gate = gate(rank);
    long step = gate.nextStep();
    await(what, () -> gate.nextStep() >= step + steps || gate.status().waiting());
  }

  /**
   * Waits until a rank has begun so many more steps. At a fence it goes on by itself, since it
   * reaches ZooKeeper.
   */
  void awaitAllSteps(String what, int rank, long steps) throws Exception {
    AgentGate gate = gate(rank);
    long step = gate.nextStep();
    await(what, () -> gate.nextStep() >= step + steps);
  }

  /**
   * Returns the condition that the session of a process has expired: the member that it is now has
   * gone, or another planner leads.
   *
   * @param party the leading planner, or an agent
   * @param rank the rank of an agent; else ignored
   */
  Condition sessionEnd(Party party, int rank) {
    if (party == Party.AGENT) {
      List<Long> now =
          watch.members().stream().filter(member -> member.rank() == rank).map(Member::id).toList();
      return () -> watch.members().stream().noneMatch(member -> now.contains(member.id()));
    }
    String leader = watch.leader();
    return () -> !watch.leader().equals(leader);
  }

  /** Allows a process to end by itself. */
  void mayEnd(ChildProcess process) {
    mayEnd.add(process);
  }

  /** Returns the gate of a rank's engine. */
  AgentGate gate(int rank) {
    return GroupVerification.gate(setting, rank);
  }

  /** Waits until the planner comes to an arrow; it stays there until the arrow is released. */
  void holdAt(String what, String arrow) throws Exception {
    arm(arrow);
    awaitHeld(what, arrow);
  }

  /** Has the planner stay at an arrow when it comes there. */
  void arm(String arrow) throws Exception {
    Files.createFile(arrows.resolve(arrow));
  }

  /** Waits until the planner is at an arrow where it has to stay. */
  void awaitHeld(String what, String arrow) throws Exception {
    await(what + ": " + arrow, () -> Files.exists(reached(arrow)));
  }

  /** Lets the planner go on. */
  void release(String arrow) throws Exception {
    Files.delete(reached(arrow));
  }

  private Path reached(String arrow) {
    return arrows.resolve(arrow + ".reached");
  }

  /** Stops a process: it does nothing until it is told to go on. */
  static void stop(ChildProcess process) throws Exception {
    signal("STOP", process.pid());
  }

  /** Lets a process that was stopped go on. */
  static void goOn(ChildProcess process) throws Exception {
    signal("CONT", process.pid());
  }

  private static void signal(String name, long pid) throws Exception {
    command("kill", "-" + name, Long.toString(pid));
  }

  /**
   * Limits the files of a process, as a full disk does.
   *
   * @param bytes the length beyond which it writes to no file
   */
  static void fillDisk(ChildProcess process, long bytes) throws Exception {
    limitFiles(process, Long.toString(bytes));
  }

  /** Ends the limit. */
  static void freeDisk(ChildProcess process) throws Exception {
    limitFiles(process, "unlimited");
  }

  private static void limitFiles(ChildProcess process, String limit) throws Exception {
    command("prlimit", "--pid", Long.toString(process.pid()), "--fsize=" + limit + ":");
  }

  private static void command(String... words) throws Exception {
    assertEquals(0, new ProcessBuilder(words).start().waitFor(), String.join(" ", words));
  }

  /**
   * Waits until a fault is overcome: all ranks are there and join an update, all bytes are right
   * and all buffers free before it, and it is committed.
   */
  void awaitRecovery(String fault) throws Exception {
    await(fault + ": all ranks", () -> watch.complete(RANKS));
    await(fault + ": free buffers", () -> isRightBeforeAnUpdate(fault));
    long back = watch.version();
    await(fault + ": the next version", () -> watch.version() > back);
    Files.writeString(
        folder.resolve("overcome.log"),
        "%s %s, version %d%n".formatted(Instant.now(), fault, watch.version()),
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
  }

  /**
   * Looks at all ranks when they have joined an update and prepare nothing yet. Here a planner that
   * is deposed, and does not know it, may be held in place of the one that leads; and a rank may
   * have to end copies for an earlier update. Then the next look finds all right.
   */
  private boolean isRightBeforeAnUpdate(String fault) throws Exception {
    holdAt(fault, "join-before");
    arm("prepare-before");
    release("join-before");
    awaitHeld(fault, "prepare-before");
    boolean right = audit.isRight();
    release("prepare-before");
    return right;
  }

  /**
   * Ends the group, and compares every byte and every step with the record.
   *
   * @param versions the least number of versions that there have to be
   */
  void end(int versions) throws Exception {
    GroupVerification.Result found = GroupVerification.of(setting, cluster, watch, patience);
    assertEquals(Optional.empty(), found.fault());
    assertTrue(found.version() >= versions, "only version " + found.version());
    assertEquals(
        (long) LAYERS * setting.first().physicalExperts() * setting.expertBytes(), found.bytes());
  }

  @Override
  public void close() {
    System.clearProperty(Arrow.PROPERTY);
    audit.close();
    watch.close();
    access.close();
    cluster.close();
  }
}
