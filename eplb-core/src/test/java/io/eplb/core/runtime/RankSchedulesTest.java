package io.eplb.core.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/**
 * Random schedules in which ranks die, are reported, return and die again, at any event of plans,
 * updates and repairs, while others serve. {@link FailureRig} checks every step; in the end all
 * ranks are back and the table fits them.
 */
@SuppressWarnings("FutureReturnValueIgnored") // The rig shows what came of a call.
class RankSchedulesTest {
  private static final int SCHEDULES = 250;
  private static final int ACTIONS = 500;

  private enum Health {
    WELL,
    DEAD,
    REPORTED,
    RETURNED
  }

  @Test
  void ranksMayFailAndReturnAtAnyEvent() {
    int failures = 0;
    for (long seed = 0; seed < SCHEDULES; seed++) {
      try {
        failures += run(new Random(seed));
      } catch (RuntimeException | AssertionError thrown) {
        throw new AssertionError("schedule " + seed, thrown);
      }
    }
    assertTrue(failures > SCHEDULES, "the schedules hardly test anything: " + failures);
  }

  private static int run(Random random) {
    int ranks = FailureRig.TOPOLOGY.ranks();
    List<CompletableFuture<RepairReport>> answers = new ArrayList<>();
    Health[] health = new Health[ranks];
    int failures = 0;
    try (FailureRig rig = new FailureRig(1 + random.nextInt(6))) {
      Arrays.fill(health, Health.WELL);
      rig.weights.holding = random.nextBoolean();
      for (int action = 0; action < ACTIONS; action++) {
        int rank = random.nextInt(ranks);
        switch (random.nextInt(20)) {
          case 0 -> {
            // Two dead ranks leave as many slots as there are experts.
            if (health[rank] == Health.WELL && count(health, Health.WELL) > ranks - 2) {
              rig.die(rank);
              health[rank] = Health.DEAD;
              failures++;
            }
          }
          case 1, 2 -> {
            if (health[rank] == Health.DEAD) {
              answers.add(rig.runtime.rankFailed(rank).toCompletableFuture());
              health[rank] = Health.REPORTED;
            }
          }
          case 3 -> {
            if (health[rank] == Health.REPORTED) {
              rig.giveBack(rank);
              health[rank] = Health.RETURNED;
            } else if (health[rank] == Health.RETURNED && random.nextInt(3) == 0) {
              rig.die(rank);
              health[rank] = Health.DEAD;
              failures++;
            }
          }
          case 4, 5 -> rig.weights.releaseOne(random.nextInt(1000));
          case 6 -> rig.threads.pass(Duration.ofMillis(random.nextInt(200)));
          case 7 -> {
            if (rig.threads.jobsWaiting() > 0) {
              rig.threads.runJob();
            }
          }
          case 8, 9, 10, 11, 12 -> rig.threads.runEvent();
          case 13, 14, 15 -> rig.end(rank);
          default -> {
            if (health[rank] == Health.WELL || health[rank] == Health.RETURNED) {
              if (rig.serves(rank)) {
                rig.begin(rank);
                health[rank] = Health.WELL;
              }
            }
          }
        }
      }
      settle(rig, health, answers);
    }
    return failures;
  }

  private static int count(Health[] ranks, Health wanted) {
    int count = 0;
    for (Health health : ranks) {
      count += health == wanted ? 1 : 0;
    }
    return count;
  }

  /** Reports who is dead, gives all ranks back, and lets everything come to its end. */
  private static void settle(
      FailureRig rig, Health[] health, List<CompletableFuture<RepairReport>> answers) {
    for (int rank = 0; rank < health.length; rank++) {
      if (health[rank] == Health.DEAD) {
        answers.add(rig.runtime.rankFailed(rank).toCompletableFuture());
      }
    }
    drain(rig);
    for (int rank = 0; rank < health.length; rank++) {
      if (!rig.serves(rank)) {
        rig.giveBack(rank);
      }
    }
    drain(rig);
    for (CompletableFuture<RepairReport> answer : answers) {
      assertTrue(answer.isDone());
      assertTrue(answer.join().complete(), answer::toString);
    }
    assertEquals(health.length, rig.runtime.ranks().livingRanks());
    rig.assertSettled();
    rig.serve(2 * FailureRig.INTERVAL);
    drain(rig);
    rig.assertSettled();
  }

  /** Runs the steps that some ranks have begun on all of them, and all that follows. */
  private static void drain(FailureRig rig) {
    for (int round = 0; round < 20; round++) {
      rig.weights.release();
      rig.endAll();
      for (int rank = 0; rank < FailureRig.TOPOLOGY.ranks(); rank++) {
        while (rig.isBehind(rank) && rig.begin(rank)) {
          rig.endAll();
        }
      }
      rig.threads.pass(Duration.ofSeconds(1));
    }
  }
}
