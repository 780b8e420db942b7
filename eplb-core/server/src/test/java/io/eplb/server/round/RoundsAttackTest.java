package io.eplb.server.round;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.eplb.api.InvalidInputException;
import io.eplb.server.observe.RoundRecord;
import io.eplb.server.observe.ServiceObserver;
import io.eplb.server.planning.PlanAnswer;
import io.eplb.server.planning.PlanAsk;
import io.eplb.server.planning.Planner;
import io.eplb.server.problem.ProblemException;
import io.eplb.server.state.MemoryDisk;
import io.eplb.server.state.StateFolder;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/**
 * Random schedules of ranks that come, wait, lose their connection, ask again, die, come late and
 * ask something else, of plans that fail and never end, of disks that fail, and of a service that
 * is killed and started again. Each schedule depends on its seed alone.
 *
 * <p>The test was seen to fail with each of these faults in the protocol:
 *
 * <pre>
 *   an answer before it is recorded
 *   a round that is decided again by a second event
 *   a deadline that decides nothing
 *   a question unlike the others that is not noticed
 *   a rank that asks twice and counts as two
 *   a rank that asks something else while the round is planned, and is not noticed
 *   a missing rank that is not waited for
 *   a round whose decision is no longer known, and that is decided again
 *   a round whose decision cannot be recorded, and that changes the table nevertheless
 *   a decision that is perhaps recorded, and that is told as if it were not
 *   a round that ends at the latest time limit of its ranks
 *   decisions that are not read at the start
 * </pre>
 */
class RoundsAttackTest {
  /** More with -Deplb.attack.schedules=1000000. */
  private static final int SCHEDULES = Integer.getInteger("eplb.attack.schedules", 10_000);

  private static final long FIRST_SEED = Long.getLong("eplb.attack.seed", 0);

  private static final Logger LOG = (Logger) LoggerFactory.getLogger("io.eplb.server.round");

  /** Thousands of planned failures would fill the log. */
  @BeforeAll
  static void silence() {
    LOG.setLevel(Level.OFF);
  }

  @AfterAll
  static void speak() {
    LOG.setLevel(null);
  }

  @Test
  void inEveryRoundAtMostOneDecisionIsSeenAndItIsTrue() {
    int changed = 0;
    int unchanged = 0;
    int lost = 0;
    for (long seed = FIRST_SEED; seed < FIRST_SEED + SCHEDULES; seed++) {
      Attack attack = new Attack(seed);
      try {
        attack.run();
      } catch (AssertionError | RuntimeException failure) {
        throw new AssertionError("the schedule of -Deplb.attack.seed=" + seed, failure);
      }
      changed += (int) attack.seen.values().stream().filter(PlanAnswer::changed).count();
      unchanged += (int) attack.seen.values().stream().filter(answer -> !answer.changed()).count();
      lost += attack.lost;
    }
    // The schedules reach all ends of a round.
    assertTrue(changed > SCHEDULES / 10, "changed: " + changed);
    assertTrue(unchanged > SCHEDULES / 10, "unchanged: " + unchanged);
    assertTrue(lost > 0, "lost: " + lost);
  }

  private static final class Attack {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final long PATIENCE = 30 * SECOND;
    private static final long SLACK = TimeUnit.MILLISECONDS.toNanos(1);
    private static final PlanAsk[] ASKS = {Asks.ask(1), Asks.ask(2), Asks.ask(3)};

    /** A question that has reached a service. */
    private record Received(int service, long time, long end, RankSeat seat, String digest) {}

    private final Random random;
    private final VirtualTime time = new VirtualTime();
    private final MemoryDisk disk = new MemoryDisk();
    private final List<Received> received = new ArrayList<>();
    private final List<Long> starts = new ArrayList<>();
    private final Map<Long, PlanAnswer> seen = new HashMap<>();

    /** True if operations of the disk fail, other than by the end of the process. */
    private final boolean faults;

    private final double misbehaviour;
    private @Nullable Service service;
    private final List<Throwable> faultsSeen = new ArrayList<>();
    private int plans;
    private int lost;

    Attack(long seed) {
      this.random = new Random(seed);
      this.faults = random.nextInt(4) == 0;
      this.misbehaviour = random.nextInt(3) == 0 ? 0.0 : random.nextDouble() * 0.2;
    }

    void run() {
      start();
      int kind = random.nextInt(100);
      if (kind == 0) {
        addRound(0, 200 + random.nextInt(300), misbehaviour / 50, 0);
      } else if (kind < 4) {
        for (int round = 0; round < Decisions.MOST_HELD + 6; round++) {
          addRound(round, 1 + random.nextInt(2), 0.0, round * SECOND);
        }
      } else {
        int rounds = 1 + random.nextInt(3);
        for (int round = 0; round < rounds; round++) {
          addRound(round, 1 + random.nextInt(8), misbehaviour, round * random(20 * SECOND));
        }
      }
      int kills = random.nextInt(4);
      for (int kill = 0; kill < kills; kill++) {
        time.at(random(40 * SECOND), this::kill);
      }
      time.runAll(this::afterEach);
      if (service != null) {
        service.requireNobodyWaits();
      }
    }

    private long random(long bound) {
      return (long) (random.nextDouble() * bound);
    }

    private boolean happens(double probability) {
      return random.nextDouble() < probability;
    }

    private void addRound(long round, int world, double misbehaviour, long from) {
      for (int rank = 0; rank < world; rank++) {
        boolean odd = happens(misbehaviour);
        int trick = odd ? random.nextInt(6) : -1;
        int claimed = trick == 0 ? world + 1 + random.nextInt(2) : world;
        PlanAsk ask = ASKS[trick == 1 ? 1 : 0];
        Rank client = new Rank(new RankSeat(rank, claimed, round), ask);
        client.again = trick == 2 ? ASKS[2] : ask;
        client.diesAfterAsking = trick == 3;
        if (trick != 4) {
          time.at(from + random(trick == 5 ? 2 * PATIENCE : SECOND), client::begin);
        }
        boolean repeats = trick == 2 || happens(0.05);
        if (repeats && !faults) {
          // Beside its own attempts, so perhaps after it has heard the decision.
          time.at(from + random(happens(0.5) ? 2 * SECOND : 600 * SECOND), client::repeat);
        }
      }
    }

    private void start() {
      if (service != null) {
        return;
      }
      StateFolder folder;
      try {
        folder =
            switch (random.nextInt(3)) {
              case 0 -> disk.openUntil(random.nextInt(60));
              case 1 -> disk.open(failing());
              default -> disk.open();
            };
      } catch (InvalidInputException refused) {
        folder = disk.open();
      }
      starts.add(time.nanos());
      service = new Service(starts.size() - 1, folder);
    }

    /**
     * Returns operations that fail, several in a row: the next one is often the attempt to mend.
     */
    private IntPredicate failing() {
      Set<Integer> failures = new HashSet<>();
      int rows = faults ? random.nextInt(6) : 0;
      for (int row = 0; row < rows; row++) {
        int first = random.nextInt(40);
        int length = 1 + random.nextInt(4);
        for (int failure = first; failure < first + length; failure++) {
          failures.add(failure);
        }
      }
      return failures::contains;
    }

    private void kill() {
      if (random.nextBoolean()) {
        disk.kill();
      } else {
        disk.powerCut(random);
      }
    }

    private void afterEach() {
      for (Throwable fault : faultsSeen) {
        throw new AssertionError(fault.getMessage(), fault);
      }
      buryTheDead();
    }

    private void buryTheDead() {
      Service dead = service;
      if (dead != null && !disk.running()) {
        service = null;
        dead.timer.shutdown();
        time.at(time.nanos() + random(2 * SECOND), this::start);
        dead.connections.forEach(Runnable::run);
      }
    }

    /** A process of the service. */
    private final class Service implements Planner {
      private final int number;
      private final VirtualTime.Timer timer = time.timer();
      private final Rounds rounds;
      private final List<Runnable> connections = new ArrayList<>();
      private final List<CompletableFuture<PlanAnswer>> asked = new ArrayList<>();

      Service(int number, StateFolder folder) {
        this.number = number;
        this.rounds =
            new Rounds(this, new DecisionStore(folder), new ServiceObserver() {}, time, timer);
      }

      boolean alive() {
        return service == this && disk.running();
      }

      @Override
      public CompletableFuture<PlanAnswer> plan(PlanAsk ask) {
        PlanAnswer plan = Asks.plan(ask, happens(0.8));
        PlanAnswer answer =
            new PlanAnswer(
                plan.table(),
                plan.changed(),
                plan.layerPriority(),
                ++plans, // No two plans are the same.
                plan.parBefore(),
                plan.parAfter(),
                plan.rejected(),
                plan.reason(),
                true,
                List.of(),
                List.of(),
                plan.inputs());
        CompletableFuture<PlanAnswer> planned = new CompletableFuture<>();
        switch (random.nextInt(12)) {
          case 0 -> planned.completeExceptionally(ProblemException.of(422, "no plan"));
          case 1 -> throw new IllegalStateException("a bug");
          case 2 -> {
            // Never answers.
          }
          case 3, 4 -> later(random(40 * SECOND), () -> planned.complete(answer));
          case 5, 6, 7 -> later(random(SECOND), () -> planned.complete(answer));
          default -> planned.complete(answer);
        }
        return planned;
      }

      private void later(long nanos, Runnable task) {
        time.at(
            time.nanos() + nanos,
            () -> {
              if (alive()) {
                task.run();
              }
            });
      }

      void requireNobodyWaits() {
        assertTrue(asked.stream().allMatch(CompletableFuture::isDone), "a rank waits for ever");
      }
    }

    /** One rank in one round, which asks until it hears the decision or its time is over. */
    private final class Rank {
      private final RankSeat seat;
      private final PlanAsk ask;
      private PlanAsk again;
      private boolean diesAfterAsking;
      private boolean done;
      private long giveUp;

      Rank(RankSeat seat, PlanAsk ask) {
        this.seat = seat;
        this.ask = ask;
        this.again = ask;
      }

      void begin() {
        giveUp = time.nanos() + PATIENCE;
        attempt();
      }

      private void attempt() {
        long left = giveUp - time.nanos();
        if (done || left <= 0) {
          return;
        }
        CompletableFuture<PlanAnswer> answer = ask(ask, left / 2, this::attemptLater);
        if (diesAfterAsking) {
          done = true;
          answer.cancel(true);
        } else if (happens(0.1)) {
          time.at(time.nanos() + random(5 * SECOND), () -> cutOff(answer));
        }
      }

      private void attemptLater() {
        time.at(time.nanos() + random(SECOND), this::attempt);
      }

      private void cutOff(CompletableFuture<PlanAnswer> answer) {
        if (answer.cancel(true)) {
          attemptLater();
        }
      }

      /** Asks on a connection of its own. */
      void repeat() {
        var unused = ask(again, PATIENCE / 2, () -> {});
      }

      private CompletableFuture<PlanAnswer> ask(PlanAsk ask, long limit, Runnable onFailure) {
        Service asked = service;
        if (asked == null || !asked.alive()) {
          onFailure.run();
          return new CompletableFuture<>();
        }
        long end = time.nanos() + limit;
        Received question = new Received(asked.number, time.nanos(), end, seat, ask.digest());
        received.add(question);
        CompletableFuture<PlanAnswer> answer = asked.rounds.ask(seat, ask, Duration.ofNanos(limit));
        asked.asked.add(answer);
        boolean[] answered = {false};
        var unused =
            answer.whenComplete(
                (decision, failure) -> {
                  if (!asked.alive()) {
                    return; // The process died before it could send anything.
                  }
                  answered[0] = true;
                  try {
                    assertTrue(time.nanos() <= end + SLACK, () -> seat + " waited too long");
                    hear(decision, failure, question, asked, onFailure);
                  } catch (AssertionError | RuntimeException wrong) {
                    faultsSeen.add(wrong); // A future would keep it for itself.
                  }
                });
        asked.connections.add(
            () -> {
              if (!answered[0]) {
                onFailure.run();
              }
            });
        return answer;
      }

      private void hear(
          @Nullable PlanAnswer decision,
          @Nullable Throwable failure,
          Received question,
          Service from,
          Runnable onFailure) {
        boolean lostOnTheWay = happens(0.1);
        if (failure instanceof ProblemException refused && refused.status() == 409) {
          lost++;
          done = true;
        } else if (failure instanceof ProblemException refused && refused.status() == 503) {
          received.remove(question); // The decisions of before could not be read.
          onFailure.run();
        } else if (decision == null || lostOnTheWay) {
          onFailure.run();
        } else {
          done = true;
          see(seat.round(), decision, from);
        }
      }
    }

    private void see(long round, PlanAnswer answer, Service by) {
      PlanAnswer first = seen.putIfAbsent(round, answer);
      if (first == null) {
        requireTrue(round, answer, by);
      } else if (!faults || first.changed() || answer.changed()) {
        // With a disk that fails, a service that is started again may name other reasons.
        assertEquals(first, answer, "two decisions");
        assertArrayEquals(bytes(first), bytes(answer));
      }
    }

    private static byte[] bytes(PlanAnswer answer) {
      return DecisionFormat.write(new Decision(0, 1, Instant.EPOCH, answer));
    }

    private void requireTrue(long round, PlanAnswer answer, Service by) {
      RoundRecord record =
          by.rounds.recent(Asks.GROUP).stream()
              .filter(recent -> recent.round() == round)
              .findFirst()
              .orElseThrow();
      long decided = Duration.between(Instant.EPOCH, record.time()).toNanos();
      int decider = starts.size() - 1;
      while (starts.get(decider) > decided) {
        decider--;
      }
      Set<Integer> present = new TreeSet<>();
      Set<Integer> different = new TreeSet<>();
      for (Received question : received) {
        if (question.service() == decider
            && question.seat().round() == round
            && question.time() <= decided) {
          assertTrue(decided <= question.end() + SLACK, "decided after a time limit");
          present.add(question.seat().rank());
          if (!question.digest().equals(answer.inputs())
              || question.seat().world() != record.world()) {
            different.add(question.seat().rank());
          }
        }
      }
      Set<Integer> missing = new TreeSet<>();
      for (int rank = 0; rank < record.world(); rank++) {
        if (!present.contains(rank)) {
          missing.add(rank);
        }
      }
      if (answer.unanimous()) {
        assertEquals(Set.of(), missing, "all agreed, but some were missing");
        assertEquals(Set.of(), different, "all agreed, but some asked something else");
      } else {
        assertFalse(answer.changed());
        assertFalse(answer.missing().isEmpty() && answer.different().isEmpty());
      }
      assertEquals(List.copyOf(missing), answer.missing());
      assertEquals(List.copyOf(different), answer.different());
      assertEquals(answer.changed(), record.changed());
    }
  }
}
