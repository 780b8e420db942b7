package io.eplb.core.advice;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class RedundanciesTest {
  @Test
  void redundanciesAreWholeSlotsOnEveryRank() {
    assertEquals(List.of(0, 32, 64, 96, 128, 192, 256), Redundancies.upTo(256, 256, 32));
  }

  @Test
  void expertsThatRanksDoNotDivideNeedSomeInAnyCase() {
    assertEquals(List.of(1, 5, 9, 13), Redundancies.upTo(15, 15, 4));
    assertEquals(List.of(1), Redundancies.upTo(0, 15, 4));
  }

  @Test
  void fewExpertsOnManyRanksHaveOneSlotEach() {
    assertEquals(List.of(24, 56), Redundancies.upTo(60, 8, 32));
  }

  @Test
  void theGreatestRedundancyDoesNotOverflow() {
    List<Integer> all = Redundancies.upTo(65_536, 65_536, 65_536);
    assertEquals(List.of(0, 65_536), all);
  }
}
