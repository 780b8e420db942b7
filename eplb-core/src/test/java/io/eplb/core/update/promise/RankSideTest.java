package io.eplb.core.update.promise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.Placement;
import io.eplb.core.consistency.TableDigest;
import io.eplb.core.engine.InMemoryWeights;
import io.eplb.core.engine.shared.AgentGate;
import io.eplb.core.engine.shared.EngineGate;
import io.eplb.core.engine.shared.GateMemory;
import io.eplb.core.engine.shared.GateShape;
import io.eplb.core.foreign.FailureReason;
import io.eplb.core.migration.Place;
import io.eplb.core.record.CommitRecord;
import io.eplb.core.record.InMemoryCommitRecord;
import io.eplb.core.record.RecordEntry;
import io.eplb.core.record.SwitchName;
import io.eplb.core.timeline.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Rank 0 of two; its one slot holds expert 0, and expert 1 is on rank 1. */
class RankSideTest {
  private static final long FENCE = 5;

  private final ExpertTable first = ExpertTable.initial(1, EpTopology.of(2, 2, 1, 1, 1));
  private final LayerRow swapped = new LayerRow(new int[] {1, 0}, null);
  private final ExpertTable second = after();
  private final VirtualTime time = new VirtualTime();
  private final InMemoryCommitRecord record = new InMemoryCommitRecord(first);
  private final InMemoryWeights weights = new InMemoryWeights(first, 2, 8, this::copy);
  private final List<Runnable> heldCopies = new ArrayList<>();
  private final GateMemory memory = GateMemory.inProcess(GateShape.of(first, 0));
  private final EngineGate engine = new EngineGate(memory, weights, Runnable::run);
  private boolean holdsCopies;
  private RankSide side;

  RankSideTest() {
    engine.open(first, 0);
    side = agent();
    record.takeOver(1);
  }

  @AfterEach
  void close() {
    side.close();
    record.close();
  }

  private ExpertTable after() {
    Placement.Builder rows = Placement.builder(first);
    swapped.writeTo(rows, 0);
    return first.withLayers(1, new int[] {0}, rows.build());
  }

  /** Starts an agent beside the engine. */
  private RankSide agent() {
    return agent(record);
  }

  private RankSide agent(CommitRecord known) {
    AgentGate gate = new AgentGate(memory);
    return new RankSide(0, gate.incarnation(), weights, gate, known, RankSettings.DEFAULT, time);
  }

  private void copy(Runnable copy) {
    if (holdsCopies) {
      heldCopies.add(copy);
    } else {
      copy.run();
    }
  }

  private <T> T done(CompletionStage<T> stage) {
    time.pass(Duration.ofMillis(5));
    return stage.toCompletableFuture().getNow(null);
  }

  private String refusal(CompletionStage<?> stage) {
    time.pass(Duration.ofMillis(5));
    CompletableFuture<String> reason = new CompletableFuture<>();
    stage.whenComplete(
        (value, thrown) -> reason.complete(thrown == null ? "" : FailureReason.words(thrown)));
    return reason.getNow("no answer");
  }

  private long incarnation() {
    return engine.incarnation();
  }

  private List<Integer> freeBuffers(long number, long version) {
    return done(side.join(1, number, version)).buffers();
  }

  private SwitchName promised() {
    SwitchName name = new SwitchName(1, 1);
    assertEquals(List.of(0, 1), freeBuffers(1, 0));
    done(prepare());
    record.propose(name, List.of(0));
    assertTrue(done(promise(name)).given());
    return name;
  }

  private CompletionStage<Void> prepare() {
    return side.prepare(incarnation(), preparation(1));
  }

  private Preparation preparation(long epoch) {
    return new Preparation(
        epoch,
        1,
        0,
        swapped,
        List.of(new Preparation.Receive(1, Place.slot(1, 0), 0)),
        List.of(new Preparation.Exchange(0, 0)));
  }

  private CompletionStage<RankLink.Promise> promise(SwitchName name) {
    return side.promise(incarnation(), name, List.of(0), FENCE, TableDigest.of(second).toText());
  }

  private void serveTo(long end) throws InterruptedException {
    for (long step = 0; step < end; step++) {
      engine.begin(step);
      engine.end(step);
    }
  }

  @Test
  void aNewAgentKeepsTheBuffersOfItsGatesPromiseUntilItIsCarriedOut() throws Exception {
    SwitchName name = promised();
    done(side.outcome(incarnation(), name, true, 1));
    side.close();
    time.pass(Duration.ofMillis(5));

    side = agent();
    assertEquals(List.of(1), freeBuffers(2, 1));
    CompletionStage<Void> switched = side.switched(incarnation(), 1);
    time.pass(Duration.ofMillis(5));
    assertFalse(switched.toCompletableFuture().isDone(), "step 5 has not begun");

    serveTo(FENCE + 1);
    done(switched);
    assertTrue(switched.toCompletableFuture().isDone());
    assertEquals(List.of(0, 1), freeBuffers(3, 1));
    assertEquals(second, engine.current());
  }

  @Test
  void aRankAnswersOnlyForThePromiseThatItHasMade() {
    promised();

    assertEquals(
        "rank 0 cannot promise switch 2 of epoch 1: switch 1 of epoch 1 is not over",
        refusal(promise(new SwitchName(1, 2))));
    // It has asked the record meanwhile, which voided switch 1.
    record.propose(new SwitchName(1, 3), List.of(0));
    assertTrue(done(promise(new SwitchName(1, 3))).given());
  }

  @Test
  void aRepeatedPromiseIsAnsweredAsBefore() {
    assertTrue(done(promise(promised())).given());
  }

  @Test
  void aSideIsClosedWhenTheCopiesThatItHasBegunHaveEnded() {
    freeBuffers(1, 0);
    holdsCopies = true;
    CompletionStage<Void> prepared = prepare();
    time.pass(Duration.ofMillis(5));
    CompletableFuture<Void> closed = side.closed().toCompletableFuture();

    side.close();
    time.pass(Duration.ofMillis(5));
    assertFalse(closed.isDone(), "a copy writes to buffer 0");

    heldCopies.forEach(Runnable::run);
    time.pass(Duration.ofMillis(5));
    assertTrue(closed.isDone());
    assertTrue(prepared.toCompletableFuture().isCompletedExceptionally());
  }

  @Test
  void aRankThatWaitsAsksTheRecordAgainIfTheRecordThrows() throws Exception {
    side.close();
    side =
        agent(
            new ForwardedRecord(record) {
              private int asked;

              @Override
              public CompletionStage<RecordEntry> resolve(SwitchName name) {
                if (asked++ == 0) {
                  throw new IllegalStateException("a fault of the record");
                }
                return super.resolve(name);
              }
            });
    promised();
    serveTo(FENCE);
    assertNull(engine.tryBegin(FENCE));

    time.pass(Duration.ofSeconds(10));
    assertEquals(first, engine.tryBegin(FENCE));
  }

  @Test
  void theOutcomeOfAnEarlierPlannersSwitchIsNotThatOfThePromise() throws Exception {
    promised();
    done(side.outcome(incarnation(), new SwitchName(1, 1), false, 1));
    record.takeOver(2);
    assertEquals(List.of(0, 1), done(side.join(2, 1, 0)).buffers());
    done(side.prepare(incarnation(), preparation(2)));
    SwitchName name = new SwitchName(2, 1);
    record.propose(name, List.of(0));
    assertTrue(done(promise(name)).given());
    serveTo(FENCE);

    done(side.outcome(incarnation(), new SwitchName(1, 1), false, 1));
    assertNull(engine.tryBegin(FENCE), "switch 1 of epoch 2 is undecided");

    done(side.outcome(incarnation(), name, true, 1));
    assertEquals(second, engine.tryBegin(FENCE));
  }
}
