package io.eplb.core.update.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.InternalException;
import io.eplb.api.InvalidInputException;
import io.eplb.api.Placement;
import io.eplb.core.context.EplbContext;
import io.eplb.core.serving.GatePhase;
import io.eplb.core.serving.StepGate;
import io.eplb.core.timeline.ThreadTimeline;
import io.eplb.core.timeline.Timeline;
import io.eplb.core.timeline.VirtualTime;
import io.eplb.core.update.AbortReason;
import io.eplb.core.update.LayerPhase;
import io.eplb.core.update.LayerProgress;
import io.eplb.core.update.UpdateReport;
import io.eplb.core.update.UpdateSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** Chosen situations, event by event; the schedules look for those that nobody has thought of. */
class LayerUpdaterTest {
  private static final EpTopology TOPOLOGY = EpTopology.of(4, 2, 1, 1, 2);
  private static final UpdateSettings SETTINGS =
      new UpdateSettings(
          2, 4, 4, Duration.ofSeconds(30), Duration.ofSeconds(2), Duration.ofSeconds(5));

  /** Three layers of {0, 1 | 2, 3}. */
  private final ExpertTable initial = ExpertTable.initial(3, TOPOLOGY);

  /** Ranks exchange all that they have. */
  private final Placement opposite = rows(2, 3, 0, 1);

  private final VirtualTime time = new VirtualTime();
  private final EplbContext context = new EplbContext(initial);
  private final StepGate gate = new StepGate(initial, time::nanoTime);
  private ManualWeights weights = new ManualWeights(initial, 4);
  private LayerUpdater updater = updater(SETTINGS);

  private LayerUpdater updater(UpdateSettings settings) {
    return new LayerUpdater(context, TOPOLOGY, weights, gate, settings, time);
  }

  private void useBuffers(int buffersPerRank, UpdateSettings settings) {
    weights = new ManualWeights(initial, buffersPerRank);
    updater = updater(settings);
  }

  private static Placement rows(int... row) {
    Placement.Builder rows = Placement.builder(3, 2, 2);
    for (int layer = 0; layer < 3; layer++) {
      rows.setLayer(layer, row, 0);
    }
    return rows.build();
  }

  /** Starts an update of version 0 to the opposite rows. */
  private CompletableFuture<UpdateReport> update(int... layers) {
    CompletableFuture<UpdateReport> answer =
        updater.update(0, opposite, layers).toCompletableFuture();
    settle();
    return answer;
  }

  /** Runs what is due now; no time passes. */
  private void settle() {
    time.pass(Duration.ZERO);
  }

  private void endCopies() {
    while (!weights.running().isEmpty()) {
      weights.endAll();
      settle();
    }
  }

  private List<LayerPhase> phases() {
    return updater.progress().stream().map(LayerProgress::phase).toList();
  }

  private static LayerProgress committed(int layer) {
    return new LayerProgress(layer, LayerPhase.COMMITTED, 1, null, "");
  }

  private static LayerProgress aborted(int layer, AbortReason reason, String explanation) {
    return new LayerProgress(layer, LayerPhase.ABORTED, 0, reason, explanation);
  }

  @Test
  void layersGoThroughTheirPhasesByPriorityAndShareADrain() {
    gate.tryBegin(0, 0);
    gate.tryBegin(1, 0);
    CompletableFuture<UpdateReport> answer = update(2, 0, 1);
    assertEquals(
        List.of(LayerPhase.TRANSFERRING, LayerPhase.TRANSFERRING, LayerPhase.WAITING), phases());
    assertEquals(8, updater.buffersHeld());
    assertTrue(weights.running().stream().allMatch(copy -> copy.layer() != 1));

    endCopies();
    time.pass(Duration.ofMillis(10));
    assertEquals(GatePhase.DRAINING, gate.phase());
    assertNull(gate.tryBegin(0, 1));
    assertTrue(weights.exchanged().isEmpty());
    gate.end(0, 0);
    settle();
    assertTrue(weights.exchanged().isEmpty());
    gate.end(1, 0);
    settle();
    assertEquals(1, context.current().version(), "both layers at once");
    assertEquals(
        List.of(LayerPhase.COMMITTED, LayerPhase.COMMITTED, LayerPhase.TRANSFERRING), phases());
    assertSame(context.current(), gate.tryBegin(0, 1));
    assertFalse(answer.isDone());

    assertSame(context.current(), gate.tryBegin(1, 1));
    gate.end(0, 1);
    gate.end(1, 1);
    endCopies();
    UpdateReport report = answer.join();
    assertEquals(List.of(committed(2), committed(0), committed(1)), report.layers());
    assertTrue(report.complete());
    assertEquals(0, report.versionBefore());
    assertEquals(2, report.versionAfter());
    assertEquals(12, report.received());
    assertEquals(1_200, report.bytes());
    assertEquals(2, report.pauses());
    assertEquals(Duration.ofMillis(10), report.longestPause());
    assertEquals(Duration.ofMillis(10), report.totalPause());
    assertEquals(Duration.ofMillis(10), report.duration());
    assertTrue(weights.holds(context.current()));
    assertEquals(0, updater.buffersHeld());
  }

  @Test
  void slotsThatBecomeEmptyAreLeftOutOfAllLayersInOneCommitAndNeedNoBuffer() {
    ExpertTable spare = ExpertTable.initial(3, EpTopology.of(2, 2, 1, 1, 2));
    EplbContext tables = new EplbContext(spare);
    StepGate steps = new StepGate(spare, time::nanoTime);
    ManualWeights memory = new ManualWeights(spare, 1);
    LayerUpdater masking =
        new LayerUpdater(
            tables,
            EpTopology.of(2, 2, 1, 1, 2),
            memory,
            steps,
            new UpdateSettings(
                1, 1, 1, Duration.ofSeconds(30), Duration.ofSeconds(2), Duration.ofSeconds(5)),
            time);
    CompletableFuture<UpdateReport> answer =
        masking
            .update(0, rows(0, 1, Placement.EMPTY, Placement.EMPTY), new int[] {0, 1, 2})
            .toCompletableFuture();
    settle();
    assertEquals(List.of(committed(0), committed(1), committed(2)), answer.join().layers());
    assertEquals(1, answer.join().versionAfter());
    assertTrue(memory.exchanged().isEmpty());
    assertEquals(Placement.EMPTY, tables.current().expertAt(2, 1, 0));
  }

  @Test
  void transfersKeepTheCapsOfTheirRanks() {
    useBuffers(
        4,
        new UpdateSettings(
            2, 1, 2, Duration.ofSeconds(30), Duration.ofSeconds(2), Duration.ofSeconds(5)));
    assertFalse(update(0, 1).isDone());
    assertEquals(2, weights.running().size(), "each rank sends one");
    weights.running().get(0).end();
    settle();
    assertEquals(2, weights.running().size());
  }

  @Test
  void aReceiveThatFailsCostsItsLayerAlone() {
    CompletableFuture<UpdateReport> answer = update(0, 1);
    ManualWeights.Copy failing =
        weights.running().stream().filter(copy -> copy.layer() == 0).findFirst().orElseThrow();
    failing.fail();
    settle();
    assertEquals(3, updater.buffersSetAside(), "the layer's other copies are still running");
    endCopies();
    UpdateReport report = answer.join();
    assertEquals(AbortReason.RECEIVE_FAILED, report.layers().get(0).reason());
    assertTrue(report.layers().get(0).explanation().endsWith(": link down"), report::toString);
    assertFalse(report.toString().contains("Exception"), report::toString);
    assertEquals(committed(1), report.layers().get(1));
    assertTrue(context.current().sameLayer(0, initial.placement()));
    assertTrue(weights.holds(context.current()));
    assertEquals(0, updater.buffersHeld());
  }

  @Test
  void aBufferIsNotUsedAgainBeforeALateCopyIntoItHasEnded() {
    useBuffers(3, SETTINGS);
    CompletableFuture<UpdateReport> answer = update(0);
    List<ManualWeights.Copy> late = weights.running();
    late.get(0).end();
    late.get(1).end();
    time.pass(SETTINGS.transferTimeout());
    assertEquals(
        List.of(
            aborted(
                0,
                AbortReason.TRANSFER_TIMEOUT,
                "2 of 4 experts were still being received after PT30S")),
        answer.join().layers());
    assertEquals(2, updater.buffersSetAside());
    assertEquals(2, updater.buffersHeld());

    CompletableFuture<UpdateReport> next = update(1);
    Set<String> used = new HashSet<>();
    weights.running().forEach(copy -> assertTrue(used.add(copy.destination()), "used twice"));
    late.get(2).end();
    late.get(3).end();
    settle();
    assertEquals(0, updater.buffersSetAside());
    endCopies();
    assertTrue(next.join().complete());
    assertTrue(weights.holds(context.current()));
  }

  @Test
  void copiesThatHangDoNotKeepOtherLayersFromTheirTurn() {
    useBuffers(
        4,
        new UpdateSettings(
            2, 1, 1, Duration.ofSeconds(30), Duration.ofSeconds(2), Duration.ofSeconds(5)));
    CompletableFuture<UpdateReport> answer = update(0, 1);
    assertEquals(List.of(LayerPhase.TRANSFERRING, LayerPhase.READY), phases());
    List<ManualWeights.Copy> hanging = weights.running();
    time.pass(SETTINGS.transferTimeout());
    assertEquals(List.of(LayerPhase.ABORTED, LayerPhase.TRANSFERRING), phases());
    while (weights.running().size() > hanging.size()) {
      weights.running().stream().filter(copy -> copy.layer() == 1).forEach(ManualWeights.Copy::end);
      settle();
    }
    assertEquals(committed(1), answer.join().layers().get(1));
    assertEquals(hanging.size(), updater.buffersSetAside());
  }

  @Test
  void aRankWhoseBuffersAreAllSetAsideReceivesNothing() {
    useBuffers(1, SETTINGS);
    assertFalse(update(0).isDone());
    time.pass(SETTINGS.transferTimeout());
    assertEquals(
        List.of(
            aborted(
                1,
                AbortReason.NO_BUFFER,
                "rank 0 has no buffer: receives that were given up still write to all 1")),
        update(1).join().layers());
  }

  @Test
  void aStepThatNeverEndsKeepsTheOldRowsServing() {
    gate.tryBegin(0, 0);
    gate.tryBegin(1, 0);
    gate.end(1, 0);
    CompletableFuture<UpdateReport> answer = update(0);
    endCopies();
    time.pass(SETTINGS.drainTimeout());
    assertEquals(
        List.of(
            aborted(
                0,
                AbortReason.DRAIN_TIMEOUT,
                "steps before 1 have not all begun and ended within PT2S; rank 0 has not")),
        answer.join().layers());
    assertSame(initial, gate.tryBegin(1, 1));
    assertTrue(weights.holds(initial));
    assertEquals(0, updater.buffersHeld());
  }

  @Test
  void aRankThatHasDiedHoldsUpTheOthersOncePerUpdate() {
    useBuffers(2, SETTINGS);
    gate.tryBegin(0, 0);
    CompletableFuture<UpdateReport> answer = update(2, 1, 0);
    endCopies();
    time.pass(SETTINGS.drainTimeout());
    endCopies();
    UpdateReport report = answer.join();
    assertEquals(1, report.pauses());
    for (LayerProgress layer : report.layers()) {
      assertEquals(AbortReason.DRAIN_TIMEOUT, layer.reason());
    }
  }

  @Test
  void aStepThatEndsAfterAllLetsTheOtherLayersCommit() {
    useBuffers(2, SETTINGS);
    gate.tryBegin(0, 0);
    gate.tryBegin(1, 0);
    gate.end(1, 0);
    CompletableFuture<UpdateReport> answer = update(2, 1);
    endCopies();
    time.pass(SETTINGS.drainTimeout());
    gate.end(0, 0);
    endCopies();
    UpdateReport report = answer.join();
    assertEquals(AbortReason.DRAIN_TIMEOUT, report.layers().get(0).reason());
    assertEquals(committed(1), report.layers().get(1));
  }

  @Test
  void whoOpensAnOverdueGateTellsTheUpdater() {
    gate.tryBegin(0, 0);
    CompletableFuture<UpdateReport> answer = update(0);
    endCopies();
    // The clock goes on while the updater's thread is busy elsewhere.
    time.skip(SETTINGS.drainTimeout());
    assertSame(initial, gate.tryBegin(1, 0));
    assertSame(initial, gate.tryBegin(1, 1));
    settle();
    assertEquals(AbortReason.DRAIN_TIMEOUT, answer.join().layers().get(0).reason());
  }

  @Test
  void anExchangeThatFailsOnOneRankIsTakenBackOnTheOthers() {
    weights.failExchangesOf("0/1/0"::equals);
    CompletableFuture<UpdateReport> answer = update(0, 1);
    endCopies();
    assertEquals(
        List.of(
            aborted(
                0,
                AbortReason.EXCHANGE_FAILED,
                "layer 0, rank 1, slot 0 could not be exchanged:" + " locked"),
            committed(1)),
        answer.join().layers());
    assertEquals(
        List.of("0/0/0", "0/0/1", "0/0/1", "0/0/0"),
        weights.exchanged().stream().filter(exchange -> exchange.startsWith("0/")).toList());
    assertTrue(context.current().sameLayer(0, initial.placement()));
    assertTrue(weights.holds(context.current()));
    assertEquals(GatePhase.OPEN, gate.phase());
  }

  @Test
  void memoryThatCannotBePutBackStopsServingRatherThanServeWrongBytes() {
    weights.failExchangesOf(
        exchange -> exchange.equals("0/1/0") || weights.exchanged().contains(exchange));
    CompletableFuture<UpdateReport> answer = update(0);
    endCopies();
    assertEquals(AbortReason.INTERNAL, answer.join().layers().get(0).reason());
    assertEquals(GatePhase.BROKEN, gate.phase());
    assertEquals(
        "layer 0, rank 0, slot 1 could not be put back: locked;" + " memory agrees with no table",
        assertThrows(InternalException.class, () -> gate.tryBegin(0, 0)).getMessage());
    assertEquals(
        aborted(
            1,
            AbortReason.INTERNAL,
            "rank 0 could not take part: layer 0, rank 0, slot 1 could not be put back: locked;"
                + " memory agrees with no table"),
        update(1).join().layers().get(0));
  }

  @Test
  void anotherWriterBeforeTheSwitchMakesTheUpdateStaleAndMemoryGoesBack() {
    CompletableFuture<UpdateReport> answer = update(0, 1, 2);
    context.replaceLayers(0, new int[] {2}, rows(1, 0, 3, 2));
    endCopies();
    assertEquals(
        List.of(
            aborted(0, AbortReason.STALE, "another writer has replaced version 0"),
            aborted(1, AbortReason.STALE, "another writer has replaced version 0"),
            aborted(
                2,
                AbortReason.STALE,
                "another writer has replaced version 0; the context is at version 1")),
        answer.join().layers());
    assertSame(initial, gate.current());
    assertTrue(weights.holds(initial));

    CompletableFuture<UpdateReport> next =
        updater.update(1, opposite, new int[] {0}).toCompletableFuture();
    settle();
    assertEquals(
        "the rows of version 1 are not those that serve, of version 0; put these back first",
        next.join().layers().get(0).explanation());
    context.replaceLayers(1, new int[] {2}, initial.placement());
    next = updater.update(2, opposite, new int[] {0}).toCompletableFuture();
    settle();
    endCopies();
    assertTrue(next.join().complete());
    assertEquals(3, gate.current().version());
  }

  @Test
  void aListenerThatThrowsAnErrorDoesNotUndoWhatIsPublished() {
    context.addListener(
        change -> {
          throw new StackOverflowError("listener");
        });
    CompletableFuture<UpdateReport> answer = update(0);
    endCopies();
    assertTrue(answer.join().complete());
    assertSame(context.current(), gate.current());
    assertTrue(weights.holds(context.current()));
  }

  @Test
  void aFaultWhileTheRecordIsAskedLeavesTheGateOpen() {
    LocalCommitRecord record = new LocalCommitRecord(context);
    int[] asked = {0};
    CommitRecord failing =
        new CommitRecord() {
          @Override
          public ExpertTable current() {
            return record.current();
          }

          @Override
          public CompletionStage<Void> propose(SwitchId id) {
            return record.propose(id);
          }

          @Override
          @SuppressWarnings("NullAway") // What a record should not do.
          public CompletionStage<Decision> commit(
              SwitchId id, long expectedVersion, int[] layers, Placement rows) {
            if (++asked[0] == 1) {
              return null;
            }
            if (asked[0] == 2) {
              throw new StackOverflowError("the record");
            }
            return record.commit(id, expectedVersion, layers, rows);
          }
        };
    List<RankAgent> ranks =
        LocalRanks.of(
            weights, gate, 1, SETTINGS.switchTimeout(), SETTINGS.transferTimeout(), time::execute);
    updater = new LayerUpdater(failing, TOPOLOGY, ranks, 100, 1, SETTINGS, time);
    CompletableFuture<UpdateReport> answer = update(0);
    endCopies();
    assertFalse(answer.isDone(), "nobody knows yet what is in force");
    time.pass(SETTINGS.switchTimeout().multipliedBy(2));
    assertTrue(answer.isDone());
    assertTrue(answer.join().complete());
    assertSame(context.current(), gate.tryBegin(0, 0));
    assertTrue(weights.holds(context.current()));
  }

  @Test
  void aFaultOfOursWhileTheRecordIsAskedLeavesTheGateOpenToo() {
    int[] failures = {1};
    Timeline failing =
        new Timeline() {
          @Override
          public long nanoTime() {
            return time.nanoTime();
          }

          @Override
          public void execute(Runnable task) {
            if (gate.phase() == GatePhase.SWITCHING
                && context.current().version() == 1
                && failures[0]-- > 0) {
              throw new OutOfMemoryError("no event");
            }
            time.execute(task);
          }

          @Override
          public Scheduled schedule(Runnable task, Duration delay) {
            return time.schedule(task, delay);
          }
        };
    updater = new LayerUpdater(context, TOPOLOGY, weights, gate, SETTINGS, failing);
    CompletableFuture<UpdateReport> answer = update(0);
    endCopies();
    assertSame(context.current(), gate.tryBegin(0, 0));
    assertTrue(answer.isDone());
    assertEquals(1, answer.join().versionAfter());
    assertTrue(weights.holds(context.current()));
    assertEquals(0, updater.buffersHeld());
  }

  @Test
  void listenersAreToldInOrderWhenStepsGoOnAgain() {
    useBuffers(2, SETTINGS);
    List<Long> told = new ArrayList<>();
    context.addListener(
        change -> {
          assertSame(change.after(), gate.current());
          assertSame(
              change.after(), gate.tryBegin(0, told.size()), "a slow listener stalls nobody");
          assertSame(change.after(), gate.tryBegin(1, told.size()));
          gate.end(0, told.size());
          gate.end(1, told.size());
          time.skip(Duration.ofSeconds(8));
          told.add(change.after().version());
        });
    CompletableFuture<UpdateReport> answer = update(0, 1);
    endCopies();
    assertEquals(Duration.ZERO, answer.join().totalPause());
    assertEquals(List.of(1L, 2L), told);
  }

  @Test
  void tooFewBuffersMakeSeveralVersionsOfALayer() {
    useBuffers(1, SETTINGS);
    CompletableFuture<UpdateReport> answer = update(0, 1);
    endCopies();
    UpdateReport report = answer.join();
    assertEquals(new LayerProgress(0, LayerPhase.COMMITTED, 2, null, ""), report.layers().get(0));
    assertEquals(new LayerProgress(1, LayerPhase.COMMITTED, 2, null, ""), report.layers().get(1));
    assertEquals(4, report.versionAfter());
    assertTrue(context.current().sameLayer(0, opposite));
    assertTrue(weights.holds(context.current()));
  }

  @Test
  void slotsThatOnlyChangePlacesWithinARankReceiveNothing() {
    CompletableFuture<UpdateReport> answer =
        updater.update(0, rows(1, 0, 3, 2), new int[] {1}).toCompletableFuture();
    settle();
    assertEquals(0, answer.join().received());
    assertTrue(weights.holds(context.current()));
    assertTrue(context.current().sameLayer(1, rows(1, 0, 3, 2)));
  }

  @Test
  void rowsThatAreThereAlreadyNeedNoVersion() {
    CompletableFuture<UpdateReport> answer =
        updater.update(0, initial.placement(), new int[] {1}).toCompletableFuture();
    settle();
    assertEquals(
        List.of(new LayerProgress(1, LayerPhase.COMMITTED, 0, null, "")), answer.join().layers());
    assertEquals(0, context.current().version());
  }

  @Test
  void theReplicaOrderComesWithTheLastRow() {
    useBuffers(1, SETTINGS);
    Placement ordered =
        Placement.builder(ExpertTable.of(0, 4, opposite))
            .setReplicaOrder(0, new int[] {4, 3, 2, 1}, 0)
            .build();
    CompletableFuture<UpdateReport> answer =
        updater.update(0, ordered, new int[] {0}).toCompletableFuture();
    settle();
    endCopies();
    assertTrue(answer.join().complete());
    int[] keys = new int[4];
    context.current().placement().copyReplicaOrder(0, keys, 0);
    assertEquals(4, keys[0]);
    assertEquals(1, keys[3]);
  }

  @Test
  void oneUpdateRunsAtATime() {
    CompletableFuture<UpdateReport> first = update(0);
    assertEquals(
        List.of(aborted(1, AbortReason.BUSY, "another update is running")),
        update(1).join().layers());
    endCopies();
    assertTrue(first.join().complete());
    assertEquals(
        List.of(
            aborted(
                1, AbortReason.STALE, "the update is for version 0; the context is at version 1")),
        update(1).join().layers());
  }

  @Test
  void closingAbortsWhatIsNotCommittedAndOpensTheGate() {
    gate.tryBegin(0, 0);
    CompletableFuture<UpdateReport> answer = update(0, 1, 2);
    weights.running().stream().filter(copy -> copy.layer() == 0).forEach(ManualWeights.Copy::end);
    settle();
    assertEquals(GatePhase.DRAINING, gate.phase());
    updater.close();
    updater.close();
    settle();
    assertTrue(updater.closed().toCompletableFuture().isDone());
    for (LayerProgress layer : answer.join().layers()) {
      assertEquals(AbortReason.SHUTDOWN, layer.reason());
    }
    assertEquals(GatePhase.OPEN, gate.phase());
    assertSame(initial, gate.tryBegin(0, 1));
    assertEquals(4, updater.buffersHeld(), "copies of layer 1 are still running");
    assertFalse(updater.released().toCompletableFuture().isDone());
    endCopies();
    assertEquals(0, updater.buffersHeld());
    assertTrue(updater.released().toCompletableFuture().isDone());
    assertEquals(
        List.of(aborted(1, AbortReason.SHUTDOWN, "the updater is closed")),
        update(1).join().layers());
  }

  @Test
  void whoWaitsGetsAnAnswerThoughTheTimelineFailsAgainAndAgain() {
    Timeline failing =
        new Timeline() {
          @Override
          public long nanoTime() {
            return time.nanoTime();
          }

          @Override
          public void execute(Runnable task) {
            time.execute(task);
          }

          @Override
          public Scheduled schedule(Runnable task, Duration delay) {
            return () -> {
              throw new IllegalStateException("cannot be cancelled");
            };
          }
        };
    updater = new LayerUpdater(context, TOPOLOGY, weights, gate, SETTINGS, failing);
    CompletableFuture<UpdateReport> answer = update(0, 1, 2);
    weights.running().get(0).fail();
    settle();
    for (LayerProgress layer : answer.join().layers()) {
      assertEquals(AbortReason.INTERNAL, layer.reason());
      assertTrue(layer.explanation().contains("cannot be cancelled"), layer.explanation());
    }
    assertSame(initial, gate.tryBegin(0, 0));
    updater.close();
    settle();
    assertTrue(updater.closed().toCompletableFuture().isDone());
  }

  @Test
  void aGateThatSomebodyElseHasClosedCostsTheUpdateAndNothingMore() {
    CompletableFuture<UpdateReport> answer = update(0);
    gate.close(Duration.ofSeconds(1), () -> {});
    endCopies();
    LayerProgress layer = answer.join().layers().get(0);
    assertEquals(AbortReason.INTERNAL, layer.reason());
    assertTrue(weights.holds(initial));
    assertEquals(0, updater.buffersHeld());
    assertSame(initial, gate.tryBegin(0, 0));
  }

  @Test
  void anUpdateAfterTheTimelineHasEndedIsRefused() {
    ThreadTimeline ended = new ThreadTimeline("ended");
    ended.close();
    LayerUpdater late = new LayerUpdater(context, TOPOLOGY, weights, gate, SETTINGS, ended);
    UpdateReport report = late.update(0, opposite, new int[] {0}).toCompletableFuture().join();
    assertEquals(
        List.of(aborted(0, AbortReason.SHUTDOWN, "the updater's timeline has ended")),
        report.layers());
    late.close();
    assertTrue(late.closed().toCompletableFuture().isDone());
  }

  @Test
  void whatMakesNoSenseIsRefusedAtOnce() {
    assertRefused("the update names layer 1 twice; once is enough", opposite, 1, 1);
    assertRefused("layer 3 does not exist; layers are 0 to 2", opposite, 3);
    assertRefused(
        "I3: layer 0 has no slot for expert 0; every expert needs at least one slot in every layer",
        rows(1, 1, 2, 3),
        0);
    EpTopology another = EpTopology.of(4, 4, 1, 1, 1);
    assertEquals(
        "the topology's ranks are 4; the context's table has 2",
        assertThrows(
                InvalidInputException.class,
                () -> new LayerUpdater(context, another, weights, gate, SETTINGS, time))
            .getMessage());
    assertEquals(List.of(), updater.progress());
  }

  private void assertRefused(String message, Placement next, int... layers) {
    assertEquals(
        message,
        assertThrows(InvalidInputException.class, () -> updater.update(0, next, layers))
            .getMessage());
  }

  @Test
  void settingsOutOfRangeAreRefused() {
    Duration second = Duration.ofSeconds(1);
    assertEquals(
        "layers in flight is 0; it must be between 1 and 1024",
        assertThrows(
                InvalidInputException.class,
                () -> new UpdateSettings(0, 1, 1, second, second, second))
            .getMessage());
    assertEquals(
        "the drain timeout is PT2H; it must be between 1 ms and 1 h",
        assertThrows(
                InvalidInputException.class,
                () -> new UpdateSettings(1, 1, 1, second, Duration.ofHours(2), second))
            .getMessage());
  }
}
