package io.eplb.api;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.eplb.api.contract.LayerProposal;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every message and description that counts something, with one of everything. */
class MessageGrammarTest {
  private static final Pattern ONE_OF_MANY = Pattern.compile("(?<![0-9.,])1 (\\w+ ){0,2}\\w+s\\b");
  private static final EpTopology ONE = EpTopology.of(1, 1, 1, 1, 1);
  private static final ExpertTable TABLE = ExpertTable.initial(1, ONE);

  static List<Executable> refusals() {
    ExpertTable wider = ExpertTable.initial(2, EpTopology.of(1, 1, 1, 1, 2));
    ExpertWorkload workload = ExpertWorkload.ofExpertLoads(TABLE, new double[1]);
    return List.of(
        () -> Placement.of(1, 1, 1, new int[2]),
        () -> Placement.of(2, 2, 2, new int[1]),
        () -> TABLE.sameLayer(0, wider.placement()),
        () -> TABLE.copyLayer(0, new int[0], 0),
        () -> workload.requireShapeOf(wider),
        () -> ExpertWorkload.of(0, 1, 1, 1, 1, new double[2]),
        () -> ExpertWorkload.of(0, 2, 1, 1, 1, new double[1]),
        () -> ExpertWorkload.ofExpertLoads(TABLE, 1, new double[2]),
        () -> LayerBalance.of(TABLE, 0, new double[2]),
        () -> LayerBalance.of(wider, 0, new double[3]),
        () -> LayerBalance.of(new int[1], new double[1], 2),
        () -> EpTopology.of(2, 1, 1, 1, 1),
        () -> EpTopology.of(1, 2, 3, 1, 1),
        () -> EpTopology.withRedundantExperts(1, 3, 1, 1, 1),
        () ->
            new LayerProposal(ONE, MigrationBudget.UNLIMITED)
                .load(0, wider, wider.placement(), true));
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void aRefusalNeverSaysOneOfMany(Executable refused) {
    assertSingular(String.valueOf(assertThrows(InvalidInputException.class, refused).getMessage()));
  }

  @Test
  void noDescriptionSaysOneOfMany() {
    Stream.of(
            TABLE,
            TABLE.placement(),
            ExpertWorkload.ofExpertLoads(TABLE, new double[1]),
            Rebalance.of(true, new int[] {0}, TABLE.placement()))
        .map(Object::toString)
        .forEach(MessageGrammarTest::assertSingular);
  }

  private static void assertSingular(String message) {
    assertFalse(ONE_OF_MANY.matcher(message).find(), message);
  }
}
