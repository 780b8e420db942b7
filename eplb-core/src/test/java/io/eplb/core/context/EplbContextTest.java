package io.eplb.core.context;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.InvalidInputException;
import io.eplb.api.Placement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class EplbContextTest {
  /** Three layers of rows {0, 1, 2, | 3, 0, 1}. */
  private static final ExpertTable INITIAL = ExpertTable.initial(3, EpTopology.of(4, 2, 1, 1, 3));

  private static final int[] OTHER_ROW = {0, 1, 3, 2, 0, 1};

  private final EplbContext context = new EplbContext(INITIAL);

  @Test
  void someLayersAreReplacedAndTheVersionAddsOne() {
    ExpertTable after = replace(0, 2).orElseThrow();

    assertSame(after, context.current());
    assertEquals(1, after.version());
    assertTrue(after.sameLayer(0, INITIAL.placement()));
    assertTrue(after.sameLayer(1, INITIAL.placement()));
    assertEquals(3, after.expertAt(2, 0, 2));
    assertEquals(3, after.physicalSlot(2, 2, 0));
  }

  @Test
  void oneRanksRowsAreReplacedAndTheOtherRanksStay() {
    int[] rows = {2, 3, 0, /* */ 3, 2, 1};
    ExpertTable after = context.replaceRank(0, 1, new int[] {2, 0}, rows).orElseThrow();

    assertEquals(1, after.version());
    assertArrayEquals(new int[] {0, 1, 2, 3, 2, 1}, row(after, 0));
    assertArrayEquals(new int[] {0, 1, 2, 3, 0, 1}, row(after, 1));
    assertArrayEquals(new int[] {0, 1, 2, 2, 3, 0}, row(after, 2));
  }

  @Test
  void aStaleWriterIsRefusedWhateverItBrings() {
    replace(0, 0);
    ExpertTable current = context.current();

    assertEquals(Optional.empty(), replace(0, 1));
    assertEquals(Optional.empty(), context.replaceRank(7, 0, new int[] {9}, new int[0]));
    assertSame(current, context.current());
  }

  @Test
  void anUpdateThatIsInvalidInOneLayerChangesNone() {
    List<TableChange> told = new ArrayList<>();
    context.addListener(told::add);
    Placement rows =
        Placement.builder(INITIAL)
            .setLayer(0, OTHER_ROW, 0)
            .setLayer(2, new int[] {0, 1, 2, 2, 0, 1}, 0)
            .build();

    refused(() -> context.replaceLayers(0, new int[] {0, 2}, rows), "I3: layer 2", "expert 3");
    refused(() -> context.replaceRank(0, 1, new int[] {1}, new int[3]), "layer 1", "expert 3");
    refused(() -> context.replaceRank(0, 1, new int[] {1}, new int[] {3, 4, 0}), "slot 1");
    assertSame(INITIAL, context.current());
    assertEquals(List.of(), told);
  }

  @Test
  void whatDoesNotFitIsNamed() {
    Placement oneLayer = Placement.of(1, 2, 3, OTHER_ROW);

    refused(() -> context.replaceLayers(0, new int[] {0}, oneLayer), "must agree");
    refused(() -> context.replaceLayers(0, new int[] {3}, INITIAL.placement()), "layer 3");
    refused(() -> context.replaceLayers(0, new int[] {1, 0, 1}, INITIAL.placement()), "1 twice");
    refused(() -> context.replaceRank(0, 2, new int[] {1}, new int[3]), "rank 2", "0 to 1");
    refused(() -> context.replaceRank(0, 0, new int[] {1}, new int[4]), "4 elements", "need 3");
  }

  @Test
  void listenersAreToldExactlyTheLayersThatDiffer() {
    List<TableChange> told = new ArrayList<>();
    assertSame(INITIAL, context.addListener(told::add));
    Placement rows = Placement.builder(INITIAL).setLayer(2, OTHER_ROW, 0).build();
    ExpertTable after = context.replaceLayers(0, new int[] {2, 0, 1}, rows).orElseThrow();

    assertEquals(List.of(new TableChange(INITIAL, after, List.of(2))), told);
  }

  @Test
  void anUpdateWithoutADifferenceMakesNoVersion() {
    List<TableChange> told = new ArrayList<>();
    context.addListener(told::add);

    assertSame(
        INITIAL, context.replaceLayers(0, new int[] {0, 1}, INITIAL.placement()).orElseThrow());
    assertSame(
        INITIAL, context.replaceRank(0, 0, new int[] {0}, new int[] {0, 1, 2}).orElseThrow());
    assertEquals(List.of(), told);
  }

  @Test
  void aListenerThatThrowsOrUpdatesDoesNotDisturbTheOrder() {
    List<Long> told = new ArrayList<>();
    context.addListener(
        change -> {
          if (change.after().version() < 3) {
            replace(change.after().version(), (int) change.after().version());
          }
          throw new IllegalStateException("thrown on purpose");
        });
    context.addListener(change -> told.add(change.after().version()));
    replace(0, 0);

    assertEquals(List.of(1L, 2L, 3L), told);
  }

  @Test
  void aBrokenMachineIsReportedAfterEverybodyHasBeenTold() {
    List<Long> told = new ArrayList<>();
    context.addListener(
        change -> {
          throw new InternalError("thrown on purpose");
        });
    context.addListener(change -> told.add(change.after().version()));

    assertThrows(InternalError.class, () -> replace(0, 0));
    assertThrows(InternalError.class, () -> replace(1, 1));
    assertEquals(List.of(1L, 2L), told);
  }

  @Test
  void aListenerHearsNothingFromBeforeItsRegistrationOrAfterItsRemoval() {
    List<Long> told = new ArrayList<>();
    TableListener listener = change -> told.add(change.after().version());
    replace(0, 0);
    assertEquals(1, context.addListener(listener).version());
    replace(1, 1);
    assertTrue(context.removeListener(listener));
    replace(2, 2);

    assertFalse(context.removeListener(listener));
    assertEquals(List.of(2L), told);
  }

  /** Moves one layer on from the initial row to the other one, or back. */
  private Optional<ExpertTable> replace(long expectedVersion, int layer) {
    boolean moved = context.current().expertAt(layer, 0, 2) == 3;
    Placement.Builder rows = Placement.builder(INITIAL);
    if (!moved) {
      rows.setLayer(layer, OTHER_ROW, 0);
    }
    return context.replaceLayers(expectedVersion, new int[] {layer}, rows.build());
  }

  private static int[] row(ExpertTable table, int layer) {
    int[] row = new int[table.physicalExperts()];
    table.copyLayer(layer, row, 0);
    return row;
  }

  private static void refused(Executable call, String... parts) {
    String message = String.valueOf(assertThrows(InvalidInputException.class, call).getMessage());
    for (String part : parts) {
      assertTrue(message.contains(part), () -> "'" + part + "' is missing in: " + message);
    }
  }
}
