package io.eplb.cli.demonstration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.EpRanks;
import io.eplb.api.EpTopology;
import io.eplb.core.contract.PolicyState;
import io.eplb.core.runtime.RuntimePhase;
import io.eplb.core.runtime.RuntimeState;
import io.eplb.core.update.LayerPhase;
import io.eplb.core.update.LayerProgress;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DemoScreenTest {
  private static final RuntimeState UPDATING =
      new RuntimeState(
          RuntimePhase.UPDATING,
          12,
          1,
          Optional.empty(),
          50,
          50,
          0,
          0,
          List.of(),
          false,
          0,
          Optional.empty(),
          Optional.empty(),
          new PolicyState("default", 0, List.of(), false),
          EpRanks.nominal(EpTopology.of(8, 2, 1, 1, 4)),
          Optional.empty(),
          Optional.empty(),
          List.of(
              new LayerProgress(3, LayerPhase.COMMITTED, 1, null, ""),
              new LayerProgress(1, LayerPhase.TRANSFERRING, 0, null, "")));
  private static final DemoServing.Progress HALF = new DemoServing.Progress(50, 1.6, 1.25, 80, 70);

  private final StringWriter terminal = new StringWriter();

  @Test
  void itIsDrawnOverItselfAndRemovedWithoutARest() {
    DemoScreen screen = new DemoScreen(new PrintWriter(terminal), true, 100);
    screen.draw(HALF, UPDATING);
    String first = terminal.toString();
    assertTrue(first.contains("[###############               ] 50 of 100"), first);
    assertTrue(first.contains("1.2500, 1.6000 with the table of the start; version 12"), first);
    assertTrue(first.contains("phase  updating"), first);
    assertTrue(first.contains("transferring 1  committed 1  aborted 0"), first);
    int lines = (int) first.lines().count();
    screen.draw(HALF, UPDATING);
    String up = "\033[1A\033[2K".repeat(lines);
    assertEquals(first + up + first, terminal.toString());
    screen.clear();
    screen.clear();
    assertEquals(first + up + first + up, terminal.toString());
  }

  @Test
  void nothingIsDrawnWithoutATerminal() {
    DemoScreen screen = new DemoScreen(new PrintWriter(terminal), false, 100);
    screen.draw(HALF, UPDATING);
    screen.clear();
    assertEquals("", terminal.toString());
  }
}
