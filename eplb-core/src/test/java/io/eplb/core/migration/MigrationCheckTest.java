package io.eplb.core.migration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Two ranks of two slots, {0, 1 | 2, 3}, are to hold {2, 1 | 0, 3}. */
class MigrationCheckTest {
  private static final TablePair PAIR =
      TablePair.of(4, 2, 1, new int[] {0, 1, 2, 3}, new int[] {2, 1, 0, 3});
  private static final MigrationLimits ONE = new MigrationLimits(1, 1, 1);

  private static final WeightMove TWO_TO_BUFFER =
      new WeightMove(2, Place.slot(1, 0), Place.buffer(0, 0), 0);
  private static final WeightMove ZERO_TO_SLOT =
      new WeightMove(0, Place.slot(0, 0), Place.slot(1, 0), 0);
  private static final WeightMove TWO_FROM_BUFFER =
      new WeightMove(2, Place.buffer(0, 0), Place.slot(0, 0), 0);

  @Test
  void aSwapThroughOneBufferPasses() {
    assertEquals(Optional.empty(), judge(sound()));
    MigrationPlan plan = MigrationPlan.of(PAIR.current(), PAIR.next(), PAIR.topology(), ONE);
    assertEquals(Optional.empty(), MigrationCheck.firstFault(plan, PAIR.current(), PAIR.next()));
  }

  @Test
  void aSlotThatIsOverwrittenBeforeItIsReadIsNamed() {
    WeightMove twoToSlot = new WeightMove(2, Place.slot(1, 0), Place.slot(0, 0), 0);
    requireFault("holds expert 2", round(twoToSlot), round(ZERO_TO_SLOT));
  }

  @Test
  void readingAndWritingOneSlotInARoundIsNamed() {
    requireFault("read in the same round", round(TWO_TO_BUFFER, ZERO_TO_SLOT));
  }

  @Test
  void aPlanThatStopsEarlyIsNamed() {
    requireFault("in the end rank 0, slot 0 holds expert 0, not 2", round(TWO_TO_BUFFER));
    requireFault("in the end rank 0, slot 0", round(TWO_TO_BUFFER), round(ZERO_TO_SLOT));
  }

  @Test
  void moreThanTheLimitsAllowIsNamed() {
    WeightMove secondBuffer = new WeightMove(2, Place.slot(1, 0), Place.buffer(0, 1), 0);
    requireFault("only 1 buffers", round(secondBuffer));
    WeightMove again = new WeightMove(3, Place.slot(1, 1), Place.buffer(0, 0), 0);
    requireFault("sends more than 1", round(TWO_TO_BUFFER, again));
  }

  @Test
  void movingWhatStaysOrNobodyWantsIsNamed() {
    WeightMove stays = new WeightMove(3, Place.slot(1, 1), Place.slot(1, 1), 1);
    WeightMove unwanted = new WeightMove(3, Place.slot(1, 1), Place.slot(0, 0), 0);
    assertTrue(
        judge(new LayerMigration(0, List.of(stays), List.of(), 0))
            .orElse("")
            .contains("the slot keeps its expert"));
    requireFault("not what slot 0 is to hold", round(unwanted));
    requireFault("no transfer", round());
  }

  @Test
  void receivingAnExpertTwiceIsNamed() {
    TablePair pair = TablePair.of(2, 2, 1, new int[] {0, 1, 0, 0}, new int[] {0, 1, 1, 1});
    LayerMigration twice =
        layer(
            round(new WeightMove(1, Place.slot(0, 1), Place.slot(1, 0), 0)),
            round(new WeightMove(1, Place.slot(0, 1), Place.slot(1, 1), 1)));
    String fault =
        MigrationCheck.firstFault(twice, pair.current(), pair.next(), ONE).orElse("no fault");
    assertTrue(fault.contains("received the expert before"), fault);
  }

  @Test
  void aMoveAcrossRanksAmongTheCopiesIsNamed() {
    requireFault(
        "no copy inside a rank", new MigrationRound(List.of(TWO_TO_BUFFER), List.of(ZERO_TO_SLOT)));
  }

  @Test
  void layersThatAreForgottenAreNamed() {
    MigrationPlan nothing = MigrationPlan.of(PAIR.current(), PAIR.current(), PAIR.topology(), ONE);
    assertEquals(
        Optional.of("layers [] are moved; those that differ are [0]"),
        MigrationCheck.firstFault(nothing, PAIR.current(), PAIR.next()));
  }

  private static LayerMigration sound() {
    return layer(
        round(TWO_TO_BUFFER), new MigrationRound(List.of(ZERO_TO_SLOT), List.of(TWO_FROM_BUFFER)));
  }

  private static MigrationRound round(WeightMove... transfers) {
    return new MigrationRound(List.of(transfers), List.of());
  }

  private static LayerMigration layer(MigrationRound... rounds) {
    return new LayerMigration(0, List.of(), List.of(rounds), 1);
  }

  private static Optional<String> judge(LayerMigration moves) {
    return MigrationCheck.firstFault(moves, PAIR.current(), PAIR.next(), ONE);
  }

  private static void requireFault(String part, MigrationRound... rounds) {
    String fault = judge(layer(rounds)).orElse("no fault");
    assertTrue(fault.contains(part), fault);
  }
}
