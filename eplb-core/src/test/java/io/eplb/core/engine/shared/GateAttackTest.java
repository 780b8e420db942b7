package io.eplb.core.engine.shared;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.ExpertTable;
import io.eplb.core.update.promise.RankGate.Phase;
import io.eplb.core.update.promise.RankGate.Status;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.io.TempDir;

/** Engine and agent at random, by hand and in threads, on memory and on a file. */
class GateAttackTest {
  private static final int SWITCHES = 300;

  @TempDir Path folder;

  @Property(tries = 500)
  void everyStepHasTheTableOfTheCommittedFences(@ForAll long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    GateRig rig = new GateRig(0);
    AgentGate agent = rig.agent;
    NavigableMap<Long, Long> versionFrom = new ConcurrentSkipListMap<>();
    versionFrom.put(0L, 0L);
    List<Long> inFlight = new ArrayList<>();
    long next = 0;
    long fence = -1;
    long version = 0;
    for (int event = 0; event < 300; event++) {
      switch (random.nextInt(7)) {
        case 0, 1, 2 -> {
          if (!inFlight.contains(next - EngineGate.MAX_IN_FLIGHT)) {
            ExpertTable table = rig.engine.tryBegin(next);
            if (table == null) {
              assertTrue(fence >= 0 && next >= fence, "a step waits at a fence only");
            } else {
              assertEquals(versionFrom.floorEntry(next).getValue(), table.version());
              inFlight.add(next++);
            }
          }
        }
        case 3 -> {
          if (!inFlight.isEmpty()) {
            rig.engine.end(inFlight.remove(random.nextInt(inFlight.size())));
          }
        }
        case 4 -> {
          if (agent.status().phase() == Phase.OPEN) {
            long asked = Math.max(0, next - 2 + random.nextInt(6));
            boolean given = agent.promise(GateRig.change(version + 1), asked);
            assertEquals(asked >= next, given);
            fence = given ? asked : -1;
          }
        }
        case 5 -> {
          if (agent.status().phase() == Phase.PROMISED) {
            if (random.nextInt(3) == 0) {
              agent.withdraw();
              fence = -1;
            } else {
              agent.commit();
              versionFrom.put(fence, ++version);
            }
          }
        }
        default -> agent = new AgentGate(rig.memory);
      }
      assertEquals(next, agent.status().nextStep());
    }
  }

  /** Steps of real threads, several in flight, against an agent that restarts now and then. */
  @RepeatedTest(3)
  void threadsAgreeWithTheFencesOfAnAgentThatComesAndGoes() throws InterruptedException {
    GateShape shape = GateShape.of(GateRig.FIRST, 0);
    GateRig rig = new GateRig(GateMemory.createOrOpen(folder.resolve("gate"), shape), 0);
    NavigableMap<Long, Long> versionFrom = new ConcurrentSkipListMap<>();
    versionFrom.put(0L, 0L);
    AtomicLong last = new AtomicLong(Long.MAX_VALUE);
    NavigableMap<Long, Long> ranFrom = new ConcurrentSkipListMap<>();
    AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    Semaphore room = new Semaphore(4);
    ExecutorService ends = Executors.newFixedThreadPool(2);
    Thread engine =
        new Thread(
            () -> {
              try {
                for (long step = 0; step < last.get(); step++) {
                  if (step % 32 == 0) { // No step stays in flight for longer than 63.
                    room.acquire(4);
                    room.release(4);
                  }
                  ExpertTable table = rig.engine.begin(step);
                  if (ranFrom.isEmpty() || ranFrom.lastEntry().getValue() != table.version()) {
                    ranFrom.put(step, table.version());
                  }
                  long ended = step;
                  if (step % 8 == 7) {
                    room.acquire();
                    ends.execute(
                        () -> {
                          rig.engine.end(ended);
                          room.release();
                        });
                  } else {
                    rig.engine.end(step);
                  }
                }
              } catch (Throwable thrown) {
                failure.set(thrown);
                rig.engine.fail("the engine's thread has ended");
              }
            });
    engine.start();
    long fence = agentSwitches(folder.resolve("gate"), shape, versionFrom);
    last.set(fence + 10);
    engine.join();
    ends.shutdown();
    assertNull(failure.get());
    assertEquals(versionFrom, ranFrom);
  }

  private static long agentSwitches(
      Path file, GateShape shape, NavigableMap<Long, Long> versionFrom) {
    SplittableRandom random = new SplittableRandom(SWITCHES);
    AgentGate agent = new AgentGate(GateMemory.open(file, shape));
    long fence = 0;
    for (long version = 1; version <= SWITCHES; ) {
      if (random.nextInt(8) == 0) {
        agent = new AgentGate(GateMemory.open(file, shape));
      }
      fence = agent.status().nextStep() + random.nextInt(30);
      if (!agent.promise(GateRig.change(version), fence)) {
        continue;
      }
      if (random.nextInt(4) == 0) {
        await(agent, Status::waiting);
      }
      if (random.nextInt(5) == 0) {
        agent.withdraw();
        continue;
      }
      versionFrom.put(fence, version);
      agent.commit();
      await(agent, status -> status.phase() == Phase.OPEN);
      assertEquals(GateRig.table(version), agent.view().table());
      version++;
    }
    return fence;
  }

  private static void await(AgentGate agent, Predicate<Status> condition) {
    Status status = agent.status();
    while (!condition.test(status)) {
      assertNotEquals(Phase.BROKEN, status.phase(), status.reason());
      Thread.onSpinWait();
      status = agent.status();
    }
  }
}
