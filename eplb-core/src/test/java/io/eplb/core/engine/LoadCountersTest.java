package io.eplb.core.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.api.InvalidInputException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class LoadCountersTest {
  private final ExpertTable table = ExpertTable.initial(2, new EpTopology(4, 2, 1, 1, 2));
  private final LoadCounters counters = new LoadCounters(table);

  @Test
  void whatIsRecordedIsTakenOncePerVersion() {
    counters.record(7, 1, 0, 1, 5);
    counters.record(6, 0, 1, 0, 3);
    counters.record(7, 1, 0, 1, 2);

    assertEquals(
        List.of(
            ExpertWorkload.of(6, 1, 2, 2, 2, new double[] {0, 0, 0, 0, 3, 0, 0, 0}),
            ExpertWorkload.of(7, 1, 2, 2, 2, new double[] {0, 0, 0, 7, 0, 0, 0, 0})),
        counters.take());
    assertEquals(List.of(), counters.take());
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
                  counters.record(step / 10_000, self, 1, 1, 1);
                }
              }));
    }
    double[] taken = new double[2];
    while (recording.stream().anyMatch(each -> !each.isDone())) {
      add(taken);
    }
    recording.forEach(CompletableFuture::join);
    add(taken);
    assertEquals(20_000, taken[0]);
    assertEquals(20_000, taken[1]);
  }

  private void add(double[] taken) {
    for (ExpertWorkload workload : counters.take()) {
      taken[(int) workload.measuredUnder()] +=
          workload.tokens(0, 1, 0, 1) + workload.tokens(0, 1, 1, 1);
    }
  }

  @Test
  void whatCannotBeIsRefused() {
    assertRefused("rank 2 does not exist; ranks are 0 to 1", () -> counters.record(0, 2, 0, 0, 1));
    assertRefused(
        "layer -1 does not exist; layers are 0 to 1", () -> counters.record(0, 0, -1, 0, 1));
    assertRefused("slot 2 does not exist; slots are 0 to 1", () -> counters.record(0, 0, 0, 2, 1));
    assertRefused(
        "version 0 and -1 tokens; both must be at least 0", () -> counters.record(0, 0, 0, 0, -1));
  }

  private static void assertRefused(String message, Runnable call) {
    assertEquals(message, assertThrows(InvalidInputException.class, call::run).getMessage());
  }
}
