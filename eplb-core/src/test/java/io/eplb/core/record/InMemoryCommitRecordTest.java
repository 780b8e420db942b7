package io.eplb.core.record;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class InMemoryCommitRecordTest extends CommitRecordContract {
  private InMemoryCommitRecord only =
      new InMemoryCommitRecord(ExpertTable.initial(1, EpTopology.of(2, 1, 1, 1, 2)));

  @Override
  protected CommitRecord create(ExpertTable table) {
    only = new InMemoryCommitRecord(table);
    return only;
  }

  @Override
  protected CommitRecord ofAnotherProcess() {
    return only;
  }

  @Test
  void aDigestOfAnotherTableIsRefused() throws Exception {
    SwitchName name = new SwitchName(1, 1);
    only.takeOver(1);
    only.propose(name, List.of(0));

    CompletableFuture<RecordEntry> refused =
        only.commit(name, only.table().toCompletableFuture().get().table().placement(), 1, "d")
            .toCompletableFuture();

    assertTrue(refused.isCompletedExceptionally());
    assertTrue(refused.handle((entry, failure) -> failure.toString()).get().endsWith(", not d"));
    assertTrue(only.latest().isProposed(name));
  }
}
