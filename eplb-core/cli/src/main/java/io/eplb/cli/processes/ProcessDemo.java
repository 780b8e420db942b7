package io.eplb.cli.processes;

import io.eplb.api.EplbException;
import io.eplb.api.InternalException;
import io.eplb.cli.reports.ProcessDemoReport;
import io.eplb.cli.reports.ProcessDemoReport.Kill;
import io.eplb.core.cluster.Member;
import io.eplb.core.record.CommitRecord;
import io.eplb.server.cluster.ClusterAccess;
import io.eplb.server.cluster.EndedException;
import io.eplb.server.cluster.Patience;
import io.eplb.server.cluster.ZooKeeperAccess;
import io.eplb.zookeeper.ZooKeeperSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * A group of real processes that is killed piece by piece while it serves a recording and is
 * rebalanced, and whose memory and logs are compared with its record at the end.
 */
public final class ProcessDemo {
  private static final Duration LOOK = Duration.ofMillis(50);

  /** The longest wait for the group to come back after a kill, and more for each of its ranks. */
  private static final Duration RECOVERY = Duration.ofMinutes(3);

  private static final Duration RECOVERY_PER_RANK = Duration.ofSeconds(15);

  /** The versions that are committed before the first kill, and after each with all ranks there. */
  private static final long VERSIONS = 2;

  /** The time in which a signal reaches this process after one of its processes. */
  private static final Duration SIGNAL = Duration.ofSeconds(1);

  private final DemoCluster.Setting setting;
  private final ProcessDemoReport.Setting subject;
  private final Consumer<Kill> told;
  private final Consumer<String> waiting;
  private final Patience patience;
  private final long start = System.nanoTime();

  /**
   * Takes the setting.
   *
   * @param told receives each kill when the group has recovered from it
   * @param waiting receives what is waited for
   * @param patience ends the run
   */
  ProcessDemo(
      DemoCluster.Setting setting,
      ProcessDemoReport.Setting subject,
      Consumer<Kill> told,
      Consumer<String> waiting,
      Patience patience) {
    this.setting = setting;
    this.subject = subject;
    this.told = told;
    this.waiting = waiting;
    this.patience = patience;
  }

  /**
   * Runs the group to its end.
   *
   * @throws EndedException if it was told to end
   * @throws EplbException if a process ends by itself, or the group does not recover
   */
  ProcessDemoReport run() throws InterruptedException, EndedException {
    try (DemoCluster cluster =
        new DemoCluster(setting, GroupRoutes.DIRECT, new OneZooKeeper(setting.folder()))) {
      await("the start of ZooKeeper", cluster, () -> cluster.zookeeper().isPresent());
      cluster.startRanks();
      try (ClusterAccess access =
              ZooKeeperAccess.open(
                  ZooKeeperSettings.parse(cluster.zookeeper().orElseThrow()), patience);
          RecordWatch watch = new RecordWatch(access, record(access))) {
        await("the first update", cluster, () -> watch.version() >= VERSIONS);
        List<Kill> kills = new ArrayList<>();
        for (DemoCluster.Party party : plan()) {
          kills.add(kill(party, cluster, watch));
        }
        waiting.accept("comparing every slot and every step with the record");
        return report(kills, GroupVerification.of(setting, cluster, watch, patience));
      }
    }
  }

  private CommitRecord record(ClusterAccess access) throws InterruptedException, EndedException {
    while (true) {
      Optional<CommitRecord> found = patience.get("finding the record", access::find);
      if (found.isPresent()) {
        return found.get();
      }
      patience.pause(LOOK);
    }
  }

  private void await(String what, DemoCluster cluster, BooleanSupplier condition)
      throws InterruptedException, EndedException {
    Duration longest = RECOVERY.plus(RECOVERY_PER_RANK.multipliedBy(setting.ranks()));
    long end = System.nanoTime() + longest.toNanos();
    waiting.accept("waiting for " + what);
    while (!condition.getAsBoolean()) {
      Optional<EplbException> ended = cluster.ended(Set.of());
      if (ended.isPresent()) {
        // Ctrl-C at a terminal goes to all processes: perhaps this one learns of it now.
        patience.pause(SIGNAL);
        throw ended.get();
      }
      if (System.nanoTime() > end) {
        throw new InternalException(
            "%s did not happen within %d s; what the processes said is in %s"
                .formatted(what, longest.toSeconds(), setting.folder()));
      }
      patience.pause(LOOK);
    }
  }

  /** Returns the processes to kill: one of each kind, in an order of the seed. */
  private List<DemoCluster.Party> plan() {
    List<DemoCluster.Party> plan = new ArrayList<>(List.of(DemoCluster.Party.values()));
    Collections.shuffle(plan, new Random(subject.seed()));
    return plan;
  }

  private double seconds() {
    return (System.nanoTime() - start) / 1e9;
  }

  private Kill kill(DemoCluster.Party party, DemoCluster cluster, RecordWatch watch)
      throws InterruptedException, EndedException {
    int rank = new Random(subject.seed() ^ party.name().hashCode()).nextInt(setting.ranks());
    long incarnation = incarnation(watch, rank);
    double second = seconds();
    long version = watch.version();
    String leader = watch.leader();
    DemoCluster.Killed killed = cluster.replace(party, rank, pid(leader));
    await(
        "the return of " + killed.name(),
        cluster,
        () ->
            watch.complete(setting.ranks())
                && (party != DemoCluster.Party.ENGINE || incarnation(watch, rank) != incarnation)
                && (party != DemoCluster.Party.PLANNER || !watch.leader().equals(leader)));
    long back = watch.version();
    await("the update after that", cluster, () -> watch.version() >= back + VERSIONS);
    Kill kill = new Kill(killed.name(), second, version, watch.version(), seconds() - second);
    told.accept(kill);
    return kill;
  }

  private static long pid(String leader) {
    String digits = leader.substring(leader.lastIndexOf(' ') + 1);
    return digits.isEmpty() ? -1 : Long.parseLong(digits);
  }

  private static long incarnation(RecordWatch watch, int rank) {
    return watch.members().stream()
        .filter(member -> member.rank() == rank)
        .mapToLong(Member::incarnation)
        .max()
        .orElse(-1);
  }

  private ProcessDemoReport report(List<Kill> kills, GroupVerification.Result found) {
    return new ProcessDemoReport(
        subject,
        kills,
        seconds(),
        found.version(),
        found.steps(),
        found.starts(),
        found.bytes(),
        found.fault());
  }
}
