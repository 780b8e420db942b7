package io.eplb.core.update.promise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.InternalException;
import io.eplb.api.Placement;
import io.eplb.core.consistency.TableDigest;
import io.eplb.core.context.EplbContext;
import io.eplb.core.record.CommitRecord.RecordedTable;
import io.eplb.core.record.InMemoryCommitRecord;
import io.eplb.core.record.SwitchName;
import io.eplb.core.timeline.VirtualTime;
import io.eplb.core.update.AbortReason;
import io.eplb.core.update.LayerPhase;
import io.eplb.core.update.UpdateReport;
import io.eplb.core.update.UpdateSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two ranks of two slots and one buffer exchange their experts, in two stages for each layer. */
class PromisedUpdaterTest {
  private static final EpTopology TOPOLOGY = EpTopology.of(4, 2, 1, 1, 2);
  private static final List<Integer> BUFFERS = List.of(0);

  private final ExpertTable first = ExpertTable.initial(2, TOPOLOGY);
  private final Placement wanted =
      Placement.builder(2, 2, 2)
          .setLayer(0, new int[] {2, 3, 0, 1}, 0)
          .setLayer(1, new int[] {2, 3, 0, 1}, 0)
          .build();
  private final VirtualTime time = new VirtualTime();
  private final InMemoryCommitRecord record = new InMemoryCommitRecord(first);
  private final PromisedUpdater updater = updater();

  private PromisedUpdater updater() {
    RecordedTable start =
        record
            .takeOver(record.latest().epoch() + 1)
            .thenCompose(entry -> record.table())
            .toCompletableFuture()
            .join();
    return new PromisedUpdater(
        record, start, new EplbContext(start.table()), TOPOLOGY, 1, UpdateSettings.DEFAULT, time);
  }

  @AfterEach
  void close() {
    updater.close();
    record.close();
  }

  private CompletableFuture<UpdateReport> update(RankLink rank0, RankLink rank1) {
    updater.rankReturned(0, rank0);
    updater.rankReturned(1, rank1);
    CompletableFuture<UpdateReport> answer =
        updater.update(0, wanted, new int[] {0}).toCompletableFuture();
    pass(1);
    return answer;
  }

  private void pass(int timeouts) {
    time.pass(UpdateSettings.DEFAULT.switchTimeout().multipliedBy(timeouts));
  }

  @Test
  void anUpdateCommitsEveryStage() {
    UpdateReport report = update(new ObedientRank(BUFFERS), new ObedientRank(BUFFERS)).getNow(null);

    assertTrue(report.complete(), report::toString);
    assertEquals(2, report.versionAfter());
  }

  @Test
  void laterStagesAreAbortedIfARankWasAwayWhileACommitWasTold() {
    RankLink distracted =
        new ObedientRank(BUFFERS) {
          private int asked;

          @Override
          public CompletionStage<Void> outcome(
              long incarnation, SwitchName name, boolean committed, long version) {
            return asked++ == 0 ? refusal("not now") : done();
          }
        };
    updater.rankReturned(0, distracted);
    updater.rankReturned(1, new ObedientRank(BUFFERS));
    CompletableFuture<UpdateReport> answer =
        updater.update(0, wanted, new int[] {0}).toCompletableFuture();
    while (record.latest().version() == 0) {
      time.runNext();
    }
    updater.rankLost(0);
    updater.rankReturned(0, distracted);
    pass(3);

    UpdateReport report = answer.getNow(null);
    assertEquals(AbortReason.UNAVAILABLE, report.layers().get(0).reason());
    assertEquals("rank 0 is away", report.layers().get(0).explanation());
    assertEquals(1, report.versionAfter());
  }

  @Test
  void theNextSwitchWaitsUntilAllRanksHaveCarriedTheLastOneOut() {
    CompletableFuture<Void> carriedOut = new CompletableFuture<>();
    RankLink slow =
        new ObedientRank(BUFFERS) {
          @Override
          public CompletionStage<Void> switched(long incarnation, long version) {
            return carriedOut;
          }
        };
    CompletableFuture<UpdateReport> answer = update(new ObedientRank(BUFFERS), slow);
    pass(10);
    assertEquals(1, record.latest().version());
    assertTrue(record.latest().committed(), "no other is proposed");

    carriedOut.complete(null);
    pass(1);
    assertEquals(2, answer.getNow(null).versionAfter());
  }

  @Test
  void aPlannerThatClosesDoesNotWaitForARankThatCarriesASwitchOutLater() {
    RankLink slow =
        new ObedientRank(BUFFERS) {
          @Override
          public CompletionStage<Void> switched(long incarnation, long version) {
            return silence();
          }
        };
    CompletableFuture<UpdateReport> answer = update(new ObedientRank(BUFFERS), slow);
    assertEquals(1, record.latest().version());
    assertFalse(answer.isDone());

    updater.close();
    pass(1);

    assertTrue(updater.closed().toCompletableFuture().isDone());
    assertEquals(1, answer.getNow(null).versionAfter());
    assertEquals(AbortReason.SHUTDOWN, answer.getNow(null).layers().get(0).reason());
  }

  @Test
  void aPlannerThatClosesTriesNoVoidSwitchAgain() {
    List<SwitchName> promises = new ArrayList<>();
    RankLink late =
        new ObedientRank(BUFFERS) {
          @Override
          public CompletionStage<Promise> promise(
              long incarnation, SwitchName name, List<Integer> layers, long fence, String digest) {
            promises.add(name);
            return answer(new Promise(false, fence + 1));
          }

          @Override
          public CompletionStage<Void> outcome(
              long incarnation, SwitchName name, boolean committed, long version) {
            return silence();
          }
        };
    updater.rankReturned(0, late);
    updater.rankReturned(1, new ObedientRank(BUFFERS));
    CompletableFuture<UpdateReport> answer =
        updater.update(0, wanted, new int[] {0}).toCompletableFuture();
    while (promises.isEmpty()) {
      time.runNext();
    }
    updater.close();
    pass(20);

    assertEquals(List.of(new SwitchName(1, 1)), promises);
    assertTrue(updater.closed().toCompletableFuture().isDone());
    assertEquals(LayerPhase.ABORTED, answer.getNow(null).layers().get(0).phase());
  }

  @Test
  void aPlannerPreparesNothingBeforeAllRanksHaveComeToItsPredecessorsFence() {
    record.propose(new SwitchName(1, 1), List.of(0));
    record.commit(
        new SwitchName(1, 1),
        wanted,
        50,
        TableDigest.of(first.withLayers(1, new int[] {0}, wanted)).toText());
    PromisedUpdater successor = updater();
    CompletableFuture<Void> carriedOut = new CompletableFuture<>();
    List<Integer> prepared = new ArrayList<>();
    RankLink before =
        new ObedientRank(BUFFERS) {
          @Override
          public CompletionStage<Void> switched(long incarnation, long version) {
            return carriedOut;
          }

          @Override
          public CompletionStage<Void> prepare(long incarnation, Preparation preparation) {
            prepared.add(preparation.layer());
            return done();
          }
        };
    successor.rankReturned(0, before);
    successor.rankReturned(1, new ObedientRank(BUFFERS));
    CompletableFuture<UpdateReport> answer =
        successor.update(1, first.placement(), new int[] {0}).toCompletableFuture();
    pass(10);
    assertEquals(List.of(), prepared);

    carriedOut.complete(null);
    pass(1);
    assertTrue(answer.getNow(null).complete(), () -> answer.getNow(null).toString());
    successor.close();
  }

  @Test
  void noLayerWaitsForTheBuffersOfARankThatHasRestarted() {
    RankLink restarted =
        new ObedientRank(BUFFERS) {
          @Override
          public CompletionStage<Void> release(long incarnation, long epoch, long number) {
            return CompletableFuture.failedFuture(new InternalException("rank 0 has restarted"));
          }
        };
    RankLink failing =
        new ObedientRank(BUFFERS) {
          @Override
          public CompletionStage<Void> prepare(long incarnation, Preparation preparation) {
            return refusal("a link is down");
          }
        };
    updater.rankReturned(0, restarted);
    updater.rankReturned(1, failing);
    CompletableFuture<UpdateReport> answer =
        updater.update(0, wanted, new int[] {0, 1}).toCompletableFuture();
    pass(10);

    UpdateReport report = answer.getNow(null);
    assertEquals(AbortReason.RECEIVE_FAILED, report.layers().get(0).reason());
    assertEquals("rank 0 has restarted", report.layers().get(1).explanation());
  }
}
