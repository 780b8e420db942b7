package io.eplb.core.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.InvalidInputException;
import io.eplb.api.Placement;
import io.eplb.core.load.LoadRecording;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class LoadCountersTest {
  /** Two layers of rows {0, 1, | 2, 0}. */
  private final ExpertTable table = ExpertTable.initial(2, EpTopology.of(3, 2, 1, 1, 2));

  /** The same with {0, 2, | 1, 0} in its first layer. */
  private final ExpertTable next =
      ExpertTable.of(1, 3, Placement.builder(table).setLayer(0, new int[] {0, 2, 1, 0}, 0).build());

  private final LoadCounters counters = new LoadCounters(table);

  @Test
  void aTokenCountsForTheExpertThatItsOwnStepsTableSaysAndIsTakenOnce() {
    counters.record(table, 1, 0, 0, 5);
    counters.record(next, 1, 0, 0, 3);
    counters.record(table, 1, 0, 0, 2); // A step that began before and ends after the switch.
    counters.record(table, 0, 1, 0, 4);
    counters.record(next, 1, 1, 1, 6);

    assertEquals(window(0, 3, 7, /* */ 10, 0, 0), counters.take());
    assertEquals(window(0, 0, 0, /* */ 0, 0, 0), counters.take());
  }

  private static LoadRecording window(double... tokens) {
    return LoadRecording.of(1, 2, 3, tokens);
  }

  @Test
  void nothingIsLostOrTakenTwiceWhileRanksRecord() {
    List<CompletableFuture<Void>> recording = new ArrayList<>();
    for (int rank = 0; rank < 2; rank++) {
      int self = rank;
      recording.add(
          CompletableFuture.runAsync(
              () -> {
                for (int step = 0; step < 20_000; step++) {
                  counters.record(step < 10_000 ? table : next, self, 0, 1 - self, 1);
                }
              }));
    }
    double[] taken = new double[3];
    while (recording.stream().anyMatch(each -> !each.isDone())) {
      add(taken);
    }
    recording.forEach(CompletableFuture::join);
    add(taken);
    assertEquals(0, taken[0]);
    assertEquals(20_000, taken[1]);
    assertEquals(20_000, taken[2]);
  }

  private void add(double[] taken) {
    LoadRecording window = counters.take();
    for (int expert = 0; expert < 3; expert++) {
      taken[expert] += window.tokens(0, 0, expert);
    }
  }

  @Test
  void whatCannotBeIsRefused() {
    assertRefused(
        "rank 2 does not exist; ranks are 0 to 1", () -> counters.record(table, 2, 0, 0, 1));
    assertRefused(
        "layer -1 does not exist; layers are 0 to 1", () -> counters.record(table, 0, -1, 0, 1));
    assertRefused(
        "slot 2 does not exist; slots are 0 to 1", () -> counters.record(table, 0, 0, 2, 1));
    assertRefused(
        "-1 tokens under "
            + table
            + "; the counters need at least 0 under a table of 2 layers × 3 experts",
        () -> counters.record(table, 0, 0, 0, -1));
    ExpertTable deeper = ExpertTable.initial(3, EpTopology.of(3, 2, 1, 1, 2));
    assertRefused(
        "1 tokens under "
            + deeper
            + "; the counters need at least 0 under a table of 2 layers × 3 experts",
        () -> counters.record(deeper, 0, 0, 0, 1));
  }

  @Test
  void anEmptySlotHasNoTokens() {
    ExpertTable lost =
        ExpertTable.of(
            2,
            3,
            Placement.builder(table).setLayer(1, new int[] {0, 1, 2, Placement.EMPTY}, 0).build());
    assertRefused(
        "0 tokens of layer 1, rank 1, slot 1, which is EMPTY in version 2; no step may use it",
        () -> counters.record(lost, 1, 1, 1, 0));
    counters.record(lost, 1, 1, 0, 1);
  }

  private static void assertRefused(String message, Runnable call) {
    assertEquals(message, assertThrows(InvalidInputException.class, call::run).getMessage());
  }
}
