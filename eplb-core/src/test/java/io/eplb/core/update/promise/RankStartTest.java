package io.eplb.core.update.promise;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.Placement;
import io.eplb.core.consistency.TableDigest;
import io.eplb.core.record.InMemoryCommitRecord;
import io.eplb.core.record.RecordEntry;
import io.eplb.core.record.SwitchName;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RankStartTest {
  private static final SwitchName SWITCH = new SwitchName(1, 1);
  private static final long FENCE = 140;

  private final ExpertTable first = ExpertTable.initial(1, EpTopology.of(2, 2, 1, 1, 1));
  private final Placement swapped =
      Placement.builder(1, 2, 1).setLayer(0, new int[] {1, 0}, 0).build();
  private final ExpertTable second = first.withLayers(1, new int[] {0}, swapped);
  private final InMemoryCommitRecord record = new InMemoryCommitRecord(first);

  RankStartTest() {
    record.takeOver(1);
  }

  @AfterEach
  void close() {
    record.close();
  }

  private void commitSwitch() {
    record.commit(SWITCH, swapped, FENCE, TableDigest.of(second).toText());
  }

  private static RankStart done(CompletionStage<RankStart> start) {
    return start.toCompletableFuture().getNow(null);
  }

  @Test
  void aRankStartsWithTheStepThatItHasNotBegun() {
    assertEquals(new RankStart(first, 130), done(RankStart.of(record, 130)));
  }

  @Test
  void whatAnEarlierStartHasPromisedIsVoid() {
    record.propose(SWITCH, List.of(0));

    assertEquals(new RankStart(first, 130), done(RankStart.of(record, 130)));

    commitSwitch();
    assertEquals(0, record.latest().version());
  }

  @Test
  void aRankStartsAtTheFenceOfACommittedSwitchAtTheEarliest() {
    record.propose(SWITCH, List.of(0));
    commitSwitch();

    assertEquals(new RankStart(second, FENCE), done(RankStart.of(record, 130)));
    assertEquals(new RankStart(second, FENCE + 1), done(RankStart.of(record, FENCE + 1)));
  }

  @Test
  void theTableIsReadAfterThePlannerWasFaster() {
    record.propose(SWITCH, List.of(0));
    ForwardedRecord raced =
        new ForwardedRecord(record) {
          @Override
          public CompletionStage<RecordEntry> resolve(SwitchName name) {
            commitSwitch();
            return super.resolve(name);
          }
        };

    assertEquals(new RankStart(second, FENCE), done(RankStart.of(raced, 130)));
  }
}
