package io.eplb.core.engine.shared;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.InvalidInputException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenCountsTest {
  private static final GateShape SHAPE = GateShape.of(GateRig.FIRST, 1);

  @TempDir Path folder;

  @Test
  void aReaderSeesTheTotalsOfOneStartOfTheEngine() {
    Path file = folder.resolve("tokens");
    TokenCounts engine = TokenCounts.start(file, SHAPE, 11);
    engine.record(GateRig.FIRST, 1, 2, 7);
    TokenCounts agent = TokenCounts.open(file, SHAPE);
    engine.record(GateRig.FIRST, 1, 2, 5);
    engine.record(GateRig.FIRST, 0, 0, 3);
    // Rank 1 holds experts 3, 0, 1.
    assertArrayEquals(new long[] {0, 0, 0, 3, 0, 12, 0, 0}, agent.totals(11).orElseThrow());
    assertEquals(Optional.empty(), agent.totals(12));
    TokenCounts.start(file, SHAPE, 12).record(GateRig.table(1), 1, 2, 4);
    assertEquals(Optional.empty(), agent.totals(11));
    assertArrayEquals(new long[] {0, 0, 0, 0, 0, 0, 4, 0}, agent.totals(12).orElseThrow());
  }

  @Test
  void whatARankCannotHaveProcessedIsRefused() {
    TokenCounts counts = TokenCounts.start(folder.resolve("tokens"), SHAPE, 11);
    assertThrows(InvalidInputException.class, () -> counts.record(GateRig.FIRST, 0, 0, -1));
    assertThrows(InvalidInputException.class, () -> counts.record(GateRig.FIRST, 0, 3, 1));
    assertThrows(
        InvalidInputException.class,
        () -> TokenCounts.open(folder.resolve("tokens"), GateShape.of(GateRig.FIRST, 0)));
  }

  @Test
  void aReaderBesideAWriterSeesTotalsGrowToTheLastToken() throws InterruptedException {
    TokenCounts counts = TokenCounts.start(folder.resolve("tokens"), SHAPE, 11);
    int rounds = 100_000;
    Thread engine =
        new Thread(
            () -> {
              for (int round = 0; round < rounds; round++) {
                counts.record(GateRig.FIRST, round % 2, round % 3, 1);
              }
            });
    engine.start();
    long seen = 0;
    while (engine.isAlive()) {
      long now = sum(counts);
      assertTrue(now >= seen, now + " after " + seen);
      seen = now;
    }
    engine.join();
    assertEquals(rounds, sum(counts));
  }

  private static long sum(TokenCounts counts) {
    return Arrays.stream(counts.totals(11).orElseThrow()).sum();
  }
}
