package io.eplb.server.planning;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.ExpertTable;
import io.eplb.server.observe.ServiceObserver;
import io.eplb.server.problem.ProblemException;
import io.eplb.server.state.MemoryDisk;
import io.eplb.server.state.StateFolder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * An engine asks window by window, always with the last answer's table. However the service is
 * killed meanwhile, the engine gets the answers of a service that was never stopped.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ModelRestartTest {
  /** Enough for the journal to be rewritten. */
  private static final int WINDOWS = ModelMemory.LONGEST_JOURNAL / 2 + 3;

  private final PlanningThreads threads = new PlanningThreads();
  private final WaitingQuestions waiting = new WaitingQuestions();
  private final PolicyEdition edition = PolicyEdition.open(ServiceRig.settings("default"));
  private final List<PlanAnswer> expected = new ArrayList<>();

  @BeforeAll
  void neverStopped() {
    Engine engine = new Engine();
    Model model = model(StateFolder.none());
    while (engine.asksMore()) {
      engine.take(Asks.answer(engine.ask(model)));
    }
    model.close();
    expected.addAll(engine.answers);
    assertEquals(WINDOWS, expected.size());
  }

  @AfterAll
  void end() {
    threads.end(Duration.ofSeconds(5));
    edition.leave();
  }

  private Model model(StateFolder folder) {
    return new Model(
        "group", shape(question(0, List.of())), folder, threads, waiting, new ServiceObserver() {});
  }

  private AskShape shape(PlanAsk ask) {
    return AskShape.of(ask, edition.config());
  }

  private static PlanAsk question(int window, List<PlanAnswer> answers) {
    PlanAsk.Builder ask = ServiceRig.window(window);
    if (window > 0) {
      ExpertTable inForce = answers.get(window - 1).table().orElseThrow();
      ask.current(Asks.current(inForce));
    }
    return ask.build();
  }

  /** An engine that asks again if it gets no answer. */
  private final class Engine {
    private final List<PlanAnswer> answers = new ArrayList<>();
    private int until = WINDOWS;

    boolean asksMore() {
      return answers.size() < until;
    }

    CompletableFuture<PlanAnswer> ask(Model model) {
      PlanAsk ask = question(answers.size(), answers);
      return model.ask(ask, shape(ask), edition);
    }

    void take(PlanAnswer answer) {
      answers.add(answer);
    }

    /** Asks until there is no more answer or question. */
    void askAll(Model model) {
      while (asksMore()) {
        try {
          take(ask(model).join());
        } catch (CompletionException refused) {
          ProblemException problem = assertInstanceOf(ProblemException.class, refused.getCause());
          assertEquals(503, problem.status(), problem.detail());
          return;
        }
      }
    }
  }

  @Test
  void killedBeforeOrWithinAnyOperation() {
    int operations = operations();
    assertTrue(operations > 4 * WINDOWS, operations + " operations");
    for (int operation = opening(); operation < operations; operation++) {
      MemoryDisk disk = new MemoryDisk();
      Engine engine = new Engine();
      Model killed = model(disk.openUntil(operation));
      engine.askAll(killed);
      killed.close();
      assertEndsAsExpected(engine, disk, "killed at operation " + operation);
    }
  }

  /** Returns the operations of a folder that is opened. */
  private static int opening() {
    MemoryDisk disk = new MemoryDisk();
    disk.open().close();
    return disk.operations();
  }

  private int operations() {
    MemoryDisk disk = new MemoryDisk();
    Engine engine = new Engine();
    Model model = model(disk.open());
    engine.askAll(model);
    model.close();
    assertEquals(expected, engine.answers);
    return disk.operations();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  void powerCutAgainAndAgain(long seed) {
    Random random = new Random(seed);
    MemoryDisk disk = new MemoryDisk();
    Engine engine = new Engine();
    while (engine.asksMore()) {
      Model model = model(disk.openUntil(opening() + random.nextInt(40)));
      engine.askAll(model);
      model.close();
      disk.powerCut(random);
    }
    assertEquals(expected, engine.answers);
  }

  @Test
  void aDiskThatFailsOnceCostsOneRefusal() {
    int operations = operations();
    for (int failing = opening(); failing < operations; failing += 5) {
      int at = failing;
      MemoryDisk disk = new MemoryDisk();
      Engine engine = new Engine();
      Model model = model(disk.open(operation -> operation == at));
      engine.askAll(model);
      engine.askAll(model);
      model.close();
      disk.kill();
      assertEndsAsExpected(engine, disk, "failed at operation " + failing);
    }
  }

  private void assertEndsAsExpected(Engine engine, MemoryDisk disk, String how) {
    int answered = engine.answers.size();
    Model restarted = model(disk.open());
    if (answered > 0) {
      // Another rank may ask what was answered before the end.
      PlanAsk last = question(answered - 1, engine.answers);
      assertEquals(
          engine.answers.get(answered - 1),
          Asks.answer(restarted.ask(last, shape(last), edition)),
          how);
    }
    engine.until = Math.min(WINDOWS, answered + 3);
    engine.askAll(restarted);
    assertEquals(expected.subList(0, engine.until), engine.answers, how);
    assertEquals(engine.until, restarted.status().history(), how);
    restarted.close();
  }
}
