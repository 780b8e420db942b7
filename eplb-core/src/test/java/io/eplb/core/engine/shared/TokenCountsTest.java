package io.eplb.core.engine.shared;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.eplb.api.InvalidInputException;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenCountsTest {
  private static final GateShape SHAPE = GateShape.of(GateRig.FIRST, 1);

  @TempDir Path folder;

  @Test
  void aReaderTakesEachTokenOnceAlsoWhenTheEngineStartsAnew() {
    Path file = folder.resolve("tokens");
    TokenCounts engine = TokenCounts.createOrOpen(file, SHAPE);
    engine.record(GateRig.FIRST, 1, 2, 7);
    TokenCounts.Reader reader = TokenCounts.open(file, SHAPE).reader();
    assertArrayEquals(new long[8], reader.take(), "counted before the reader came");
    engine.record(GateRig.FIRST, 1, 2, 5);
    engine.record(GateRig.FIRST, 0, 0, 3);
    // Rank 1 holds experts 3, 0, 1.
    assertArrayEquals(new long[] {0, 0, 0, 3, 0, 5, 0, 0}, reader.take());
    TokenCounts.createOrOpen(file, SHAPE).record(GateRig.table(1), 1, 2, 4);
    assertArrayEquals(new long[] {0, 0, 0, 0, 0, 0, 4, 0}, reader.take());
    assertArrayEquals(new long[8], reader.take());
  }

  @Test
  void whatARankCannotHaveProcessedIsRefused() {
    TokenCounts counts = TokenCounts.createOrOpen(folder.resolve("tokens"), SHAPE);
    assertThrows(
        InvalidInputException.class, () -> counts.record(GateRig.FIRST, 0, 0, -1));
    assertThrows(InvalidInputException.class, () -> counts.record(GateRig.FIRST, 0, 3, 1));
    assertThrows(
        InvalidInputException.class,
        () -> TokenCounts.open(folder.resolve("tokens"), GateShape.of(GateRig.FIRST, 0)));
  }

  @Test
  void aReaderBesideAWriterMissesNothing() throws InterruptedException {
    TokenCounts counts = TokenCounts.createOrOpen(folder.resolve("tokens"), SHAPE);
    TokenCounts.Reader reader = counts.reader();
    int rounds = 100_000;
    Thread engine =
        new Thread(
            () -> {
              for (int round = 0; round < rounds; round++) {
                counts.record(GateRig.FIRST, round % 2, round % 3, 1);
              }
            });
    engine.start();
    long sum = 0;
    while (engine.isAlive()) {
      sum += Arrays.stream(reader.take()).sum();
    }
    engine.join();
    sum += Arrays.stream(reader.take()).sum();
    assertEquals(rounds, sum);
  }
}
