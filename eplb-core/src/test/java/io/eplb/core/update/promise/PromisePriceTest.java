package io.eplb.core.update.promise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.core.update.UpdateReport;
import io.eplb.core.update.UpdateSettings;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * The price of a switch where a message takes 4 to 6 ms, so a write to the record 8 to 12 ms, and a
 * step 20 ms on average.
 */
class PromisePriceTest {
  private static final long STEP_NANOS = 20_000_000;
  private static final int UPDATES = 5;
  private static final long LONG = 5_000_000_000L;

  /**
   * The price of one update.
   *
   * @param stepsLost the time that the steps of the rank that waits longest wait, in steps
   * @param messages the messages, copies and looks at members not counted
   * @param plannerEvents the events that the planner handles
   */
  private record Price(double stepsLost, double messages, double plannerEvents) {}

  private static Price price(int ranks) {
    Random random = new Random(ranks);
    EpTopology topology = EpTopology.of(ranks / 2, ranks, 1, 1, 1);
    Cluster cluster =
        new Cluster(
            random,
            topology,
            ExpertTable.of(0, topology.experts(), Placements.random(random, topology, 1)),
            1,
            UpdateSettings.DEFAULT,
            new RankSettings(1, Duration.ofMillis(10), Duration.ofSeconds(2)),
            2 * STEP_NANOS,
            Faults.withDelays(4_000_000, 2_000_000),
            false);
    PlannerProcess planner = cluster.electPlanner();
    assertEquals("", cluster.pass(LONG / 10));
    update(cluster, planner); // The first one has measured nothing yet.
    long messages = cluster.network().messages();
    long events = planner.party().tasks();
    long[] waited = waited(cluster);
    for (int update = 0; update < UPDATES; update++) {
      update(cluster, planner);
    }
    long longest =
        IntStream.range(0, ranks)
            .mapToLong(rank -> cluster.rank(rank).engine().waited() - waited[rank])
            .max()
            .orElseThrow();
    return new Price(
        longest / (double) STEP_NANOS / UPDATES,
        (cluster.network().messages() - messages) / (double) UPDATES,
        (planner.party().tasks() - events) / (double) UPDATES);
  }

  private static void update(Cluster cluster, PlannerProcess planner) {
    CompletableFuture<UpdateReport> answer =
        planner
            .update(Placements.random(cluster.random(), cluster.topology(), 1))
            .toCompletableFuture();
    assertEquals("", cluster.runUntil(answer::isDone, LONG));
    assertTrue(answer.join().complete(), () -> answer.join().toString());
  }

  private static long[] waited(Cluster cluster) {
    return IntStream.range(0, cluster.ranks())
        .mapToLong(rank -> cluster.rank(rank).engine().waited())
        .toArray();
  }

  @Test
  void anUpdateCostsATenthOfAStepAtMostAndWorkThatGrowsNoFasterThanTheRanks() {
    Price few = price(32);
    Price many = price(1_024);

    assertTrue(few.stepsLost() <= 0.1, few::toString);
    assertTrue(many.stepsLost() <= 0.1, many::toString);
    assertTrue(many.messages() <= 32 * few.messages() * 1.1, () -> few + ", " + many);
    assertTrue(many.plannerEvents() <= 32 * few.plannerEvents() * 1.1, () -> few + ", " + many);
  }
}
