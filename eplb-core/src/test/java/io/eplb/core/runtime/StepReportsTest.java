package io.eplb.core.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.eplb.api.LoadPhase;
import io.eplb.core.timeline.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class StepReportsTest {
  private static final Duration INTERVAL = Duration.ofMillis(100);

  private final VirtualTime time = new VirtualTime();
  private final StepCounter counter = new StepCounter(1, () -> {});
  private final PresentRanks ranks = new PresentRanks(1);
  private final Asked asked = new Asked();
  private final StepReports reports =
      new StepReports(ranks, counter, LoadPhase.DECODE, time, time::execute, INTERVAL);

  private void start() {
    ranks.connect(0, new RankConnection(new NoLink(), asked));
    reports.ask();
    time.pass(Duration.ZERO);
  }

  @Test
  void stepsBetweenTwoAnswersAreCountedByTheirPhase() {
    start();
    asked.answer(1, 100, 30);
    time.pass(INTERVAL);
    asked.answer(1, 104, 31);
    time.pass(INTERVAL);
    asked.answer(1, 104, 33);
    time.pass(Duration.ZERO);

    assertEquals(4 + 3, counter.all());
    assertEquals(4, counter.ofPhase());
  }

  @Test
  void aRankThatIsAwayIsNotAskedAndCountsOnWhenItIsBack() {
    start();
    asked.answer(1, 10, 0);
    time.pass(Duration.ZERO);
    ranks.disconnect(0);
    time.pass(INTERVAL.multipliedBy(5));
    assertEquals(1, asked.requests());
    ranks.connect(0, new RankConnection(new NoLink(), asked));
    time.pass(INTERVAL);
    asked.answer(1, 15, 0);
    time.pass(Duration.ZERO);
    assertEquals(5, counter.all());
  }

  @Test
  void stepsOfARestartedRankCountFromItsFirstAnswerOn() {
    start();
    asked.answer(1, 1_000, 0);
    time.pass(INTERVAL);
    asked.answer(2, 7, 0);
    time.pass(INTERVAL);
    asked.answer(2, 9, 0);
    time.pass(Duration.ZERO);
    assertEquals(2, counter.all());
  }

  @Test
  void aRankThatDoesNotAnswerIsAskedAgainAfterAWhileAndItsLateAnswerIsIgnored() {
    start();
    asked.answer(1, 10, 0);
    time.pass(INTERVAL);
    CompletableFuture<RankSteps> late = asked.open();
    time.pass(INTERVAL.multipliedBy(15));
    assertEquals(3, asked.requests(), "not at every look");
    asked.answer(1, 30, 0);
    time.pass(Duration.ZERO);
    assertEquals(20, counter.all());
    late.complete(steps(1, 20, 0));
    time.pass(INTERVAL);
    asked.answer(1, 31, 0);
    time.pass(Duration.ZERO);
    assertEquals(21, counter.all());
  }

  @Test
  void aFailedAnswerIsAskedForAgainAtTheNextLook() {
    start();
    asked.answer(1, 10, 0);
    time.pass(INTERVAL);
    asked.open().completeExceptionally(new IllegalStateException("no route"));
    time.pass(INTERVAL);
    asked.answer(1, 12, 0);
    time.pass(Duration.ZERO);
    assertEquals(2, counter.all());
  }

  @Test
  void totalsThatGoBackCountNothing() {
    start();
    asked.answer(1, 10, 5);
    time.pass(INTERVAL);
    asked.answer(1, 3, 2);
    time.pass(Duration.ZERO);
    assertEquals(0, counter.all());
  }

  @Test
  void nothingIsAskedAfterTheEnd() {
    start();
    asked.answer(1, 10, 0);
    reports.stop();
    time.pass(INTERVAL.multipliedBy(5));
    assertEquals(1, asked.requests());
  }

  private static RankSteps steps(long incarnation, long decode, long prefill) {
    return new RankSteps(
        incarnation,
        List.of(
            new RankSteps.PhaseSteps(LoadPhase.DECODE, decode),
            new RankSteps.PhaseSteps(LoadPhase.PREFILL, prefill)));
  }

  /** A rank whose answers the test gives. */
  private static final class Asked implements RankMeasures {
    private final List<CompletableFuture<RankSteps>> answers = new ArrayList<>();

    int requests() {
      return answers.size();
    }

    CompletableFuture<RankSteps> open() {
      return answers.get(answers.size() - 1);
    }

    void answer(long incarnation, long decode, long prefill) {
      open().complete(StepReportsTest.steps(incarnation, decode, prefill));
    }

    @Override
    public CompletionStage<RankSteps> steps() {
      CompletableFuture<RankSteps> answer = new CompletableFuture<>();
      answers.add(answer);
      return answer;
    }

    @Override
    public CompletionStage<RankLoads> loads() {
      throw new AssertionError("loads do not matter");
    }
  }
}
