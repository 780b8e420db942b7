package io.eplb.core.engine.standin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.InvalidInputException;
import io.eplb.core.record.RecordEntry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StepLogCheckTest {
  private static final int HEADER_BYTES = 5 * Long.BYTES;
  private static final int STEP_BYTES = 2 * Long.BYTES;

  @TempDir Path logs;

  /** Writes the log of a start that runs steps with versions, one after another. */
  private void log(int rank, long firstStep, long... versions) {
    try (StepLog log = StepLog.create(logs, rank, firstStep, versions[0])) {
      for (int index = 0; index < versions.length; index++) {
        log.add(firstStep + index, versions[index]);
      }
    }
  }

  private static RecordEntry entry(long version, long fence) {
    return new RecordEntry(
        1, version, fence, "digest", RecordEntry.State.SETTLED, null, false, List.of());
  }

  private List<String> faults(RecordEntry... entries) {
    return StepLogCheck.check(logs, 2, Arrays.asList(entries)).faults();
  }

  @Test
  void ranksThatSwitchAtTheFencesAgree() {
    log(0, 0, 7, 7, 7, 8, 8, 9);
    log(1, 0, 7, 7);
    log(1, 4, 8);
    log(1, 6, 9, 9);
    assertEquals(
        new StepLogCheck.Result(11, 4, 3, List.of()),
        StepLogCheck.check(logs, 2, List.of(entry(9, 5), entry(8, 3), entry(7, 0))));
  }

  @Test
  void anInterruptedThreadLogsItsStepsAllTheSame() {
    Thread.currentThread().interrupt();
    log(0, 0, 7, 7, 7);
    assertTrue(Thread.interrupted(), "it stays interrupted");
    log(1, 0, 7, 7);
    assertEquals(
        new StepLogCheck.Result(5, 2, 1, List.of()), StepLogCheck.check(logs, 2, List.of()));
  }

  @Test
  void aStepWithTwoVersionsIsNamed() {
    log(0, 0, 7, 7, 7, 8);
    log(1, 0, 7, 7, 8, 8);
    assertEquals(
        List.of("rank 0 ran step 2 with version 7, rank 1 step 2 with version 8"), faults());
  }

  @Test
  void aVersionBeforeItsFenceOrAfterTheNextOneIsNamed() {
    log(0, 0, 7, 7, 8, 8);
    log(1, 0, 7, 7, 8, 8);
    assertEquals(List.of("rank 0 ran step 2 with version 8; its fence is 3"), faults(entry(8, 3)));
    assertEquals(
        List.of("rank 0 ran step 1 with version 7; version 8 begins with step 1"),
        faults(entry(8, 1)));
  }

  @Test
  void aRestartBelowTheFenceOrInOwnStepsIsNamed() {
    log(0, 0, 7, 7, 8, 8);
    log(1, 0, 7, 7);
    log(1, 1, 8);
    assertEquals(
        List.of(
            "rank 1 began with step 1 after a restart; it had begun step 1 before",
            "rank 1 began with step 1 and version 8, whose fence is 2",
            "rank 0 ran step 1 with version 7, rank 1 step 1 with version 8",
            "rank 1 ran step 1 with version 8; its fence is 2"),
        faults(entry(8, 2)));
  }

  @Test
  void aGapAndAJumpOfVersionsAreNamed() {
    log(1, 0, 7, 9);
    try (StepLog log = StepLog.create(logs, 0, 0, 7)) {
      log.add(0, 7);
      log.add(2, 9);
    }
    assertEquals(
        List.of(
            "rank 0 began step 2; step 1 was next",
            "rank 0 began step 2 with version 9 after version 7",
            "rank 1 began step 1 with version 9 after version 7"),
        faults());
  }

  @Test
  void aStepThatIsCutHasNotBegun() throws IOException {
    log(0, 0, 7, 7);
    log(1, 0, 7, 7, 8);
    Path cut = StepLog.file(logs, 1, 0);
    byte[] bytes = Files.readAllBytes(cut);
    for (int missing = 1; missing <= bytes.length; missing++) {
      Files.write(cut, Arrays.copyOf(bytes, bytes.length - missing));
      StepLogCheck.Result result = StepLogCheck.check(logs, 2, List.of());
      int whole = Math.max(0, (bytes.length - missing - HEADER_BYTES) / STEP_BYTES);
      assertEquals(2 + whole, result.steps());
      assertEquals(List.of(), result.faults());
    }
  }

  @Test
  void aRankWithoutLogAndAForeignFileAreFound() throws IOException {
    log(0, 0, 7);
    assertEquals(List.of("rank 1 has no log in " + logs), faults());
    Files.write(StepLog.file(logs, 1, 0), new byte[100]);
    assertThrows(InvalidInputException.class, this::faults);
  }
}
