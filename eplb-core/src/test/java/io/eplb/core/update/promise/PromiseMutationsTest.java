package io.eplb.core.update.promise;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.core.record.RecordEntry;
import java.util.function.LongFunction;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PromiseMutationsTest {
  /** More than any mutation of the list needs. */
  private static final int MOST_SCHEDULES = 2_000;

  private static final int FEW_SCHEDULES = 200;
  private static final int CRASHES = 1_000;

  static Stream<Mutation> mutations() {
    return Mutations.ALL.stream();
  }

  @ParameterizedTest
  @MethodSource("mutations")
  void aScheduleFindsTheMutation(Mutation mutation) {
    LongFunction<String> run = new MutatedProtocol(mutation).create(ScheduleRun.class);

    boolean isFound =
        isFound(run, 0, FEW_SCHEDULES)
            || isFound(run, -CRASHES, 0)
            || isFound(run, FEW_SCHEDULES, MOST_SCHEDULES);

    assertTrue(isFound, () -> "no schedule finds that " + mutation.why());
  }

  private static boolean isFound(LongFunction<String> run, long first, long end) {
    return LongStream.range(first, end).parallel().anyMatch(seed -> !run.apply(seed).isEmpty());
  }

  @Test
  void aMutationWhosePartIsGoneIsRefused() {
    Mutation outdated = new Mutation(RecordEntry.class, "no such line", "", "it is outdated");

    IllegalArgumentException refused =
        assertThrows(IllegalArgumentException.class, () -> new MutatedProtocol(outdated));

    assertTrue(refused.toString().contains("is not found in"), refused::toString);
  }

  @Test
  void whatIsNotMutatedPassesInAClassLoaderOfItsOwn() {
    Mutation none =
        new Mutation(
            RecordEntry.class,
            "return new RecordEntry(0, version, 0,",
            "return new RecordEntry(0L, version, 0L,",
            "nothing is wrong");
    LongFunction<String> run = new MutatedProtocol(none).create(ScheduleRun.class);

    assertFalse(LongStream.range(0, 20).anyMatch(seed -> !run.apply(seed).isEmpty()));
  }
}
