package io.eplb.core.update.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.Placement;
import io.eplb.core.context.EplbContext;
import io.eplb.core.update.AbortReason;
import org.junit.jupiter.api.Test;

class LocalCommitRecordTest {
  private static final int[] LAYERS = {0};

  private final ExpertTable initial = ExpertTable.initial(1, EpTopology.of(2, 2, 1, 1, 1));
  private final Placement swapped =
      Placement.builder(initial).setLayer(0, new int[] {1, 0}, 0).build();
  private final EplbContext context = new EplbContext(initial);
  private final LocalCommitRecord record = new LocalCommitRecord(context);

  private Decision commit(SwitchId id, long expectedVersion) {
    return record.commit(id, expectedVersion, LAYERS, swapped).toCompletableFuture().join();
  }

  @Test
  void whoAsksAgainLearnsWhatWasDecided() {
    SwitchId id = new SwitchId(1, 1, 1);
    Decision first = commit(id, 0);
    assertSame(context.current(), first.table());
    assertSame(first, commit(id, 0));
    assertEquals(1, context.current().version());
  }

  @Test
  void aSwitchFromATableThatHasBeenReplacedIsRefusedForEver() {
    Decision refused = commit(new SwitchId(1, 1, 6), 5);
    assertNull(refused.table());
    assertEquals(AbortReason.STALE, refused.reason());
    assertEquals("another writer has replaced version 5", refused.explanation());
    assertSame(initial, context.current());
  }
}
