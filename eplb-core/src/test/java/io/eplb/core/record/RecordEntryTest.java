package io.eplb.core.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.InvalidInputException;
import io.eplb.core.record.RecordEntry.State;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class RecordEntryTest {
  private static final SwitchName FIRST = new SwitchName(2, 1);
  private static final SwitchName SECOND = new SwitchName(2, 2);
  private static final SwitchName THIRD = new SwitchName(2, 3);

  private final RecordEntry fresh = RecordEntry.first(7, "d7");

  @Test
  void everyTransitionMakesANewerEntry() {
    RecordEntry entry = fresh;
    for (UnaryOperator<RecordEntry> transition :
        List.<UnaryOperator<RecordEntry>>of(
            before -> before.takenOver(2),
            before -> before.proposed(FIRST, List.of(0, 3)),
            before -> before.voided(FIRST),
            before -> before.proposed(SECOND, List.of(0)),
            before -> before.proposed(THIRD, List.of(0)),
            before -> before.committed(THIRD, 40, "d8"),
            before -> before.takenOver(3),
            before -> before.proposed(new SwitchName(3, 1), List.of(5)),
            before -> before.takenOver(4))) {
      RecordEntry after = transition.apply(entry);
      assertTrue(after.isNewerThan(entry), after + " after " + entry);
      assertFalse(entry.isNewerThan(after), entry + " before " + after);
      assertFalse(after.isNewerThan(after), "an entry and itself");
      entry = after;
    }
    assertEquals(
        new RecordEntry(4, 8, 40, "d8", State.SETTLED, new SwitchName(3, 1), false, List.of(5)),
        entry);
  }

  @Test
  void takingOverKeepsTheOutcomeOfADecidedSwitch() {
    RecordEntry committed =
        fresh.takenOver(2).proposed(FIRST, List.of(1)).committed(FIRST, 9, "d8");

    assertTrue(committed.takenOver(3).committed());
    assertFalse(fresh.takenOver(2).proposed(FIRST, List.of(1)).takenOver(3).committed());
  }

  @Test
  void aTransitionThatIsNotAllowedIsRefused() {
    RecordEntry taken = fresh.takenOver(2);
    RecordEntry proposed = taken.proposed(FIRST, List.of(1));

    assertThrows(IllegalStateException.class, () -> taken.takenOver(2));
    assertThrows(IllegalStateException.class, () -> proposed.proposed(FIRST, List.of(1)));
    assertThrows(IllegalStateException.class, () -> proposed.committed(FIRST, 0, "d8"));
    assertThrows(IllegalStateException.class, () -> proposed.committed(SECOND, 9, "d8"));
    assertThrows(IllegalStateException.class, () -> proposed.voided(SECOND));
    assertThrows(IllegalStateException.class, () -> taken.voided(FIRST));
    assertThrows(
        IllegalStateException.class, () -> taken.proposed(new SwitchName(3, 1), List.of(1)));
    assertThrows(
        IllegalStateException.class,
        () -> proposed.voided(FIRST).proposed(FIRST, List.of(1)),
        "a name is used once");
  }

  @Test
  void layersAscendFromZero() {
    RecordEntry taken = fresh.takenOver(2);

    assertThrows(InvalidInputException.class, () -> taken.proposed(FIRST, List.of()));
    assertThrows(InvalidInputException.class, () -> taken.proposed(FIRST, List.of(-1)));
    assertThrows(InvalidInputException.class, () -> taken.proposed(FIRST, List.of(2, 2)));
    assertThrows(
        InvalidInputException.class, () -> taken.proposed(FIRST, List.of(Integer.MAX_VALUE)));
  }
}
