package io.eplb.cli.demonstration;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.eplb.api.EpRanks;
import io.eplb.api.EpTopology;
import io.eplb.cli.terminal.FakeTerminal;
import io.eplb.cli.terminal.LiveLines;
import io.eplb.core.contract.PolicyState;
import io.eplb.core.runtime.RuntimePhase;
import io.eplb.core.runtime.RuntimeState;
import io.eplb.core.update.LayerPhase;
import io.eplb.core.update.LayerProgress;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DemoScreenTest {
  private static final RuntimeState UPDATING = state(RuntimePhase.UPDATING);
  private static final RuntimeState CLOSED = state(RuntimePhase.CLOSED);

  private static RuntimeState state(RuntimePhase phase) {
    return new RuntimeState(
        phase,
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
  }

  private static final DemoServing.Progress HALF = new DemoServing.Progress(50, 1.6, 1.25, 80, 70);

  private final FakeTerminal terminal = new FakeTerminal(80);

  @Test
  void itIsDrawnOverItselfAndRemovedWithoutARest() {
    DemoScreen screen = new DemoScreen(LiveLines.on(terminal), 100);
    screen.draw(HALF, UPDATING);
    String first = terminal.screen();
    assertEquals(
        """
        step   [###############               ] 50 of 100
        PAR    1.2500, 1.6000 with the table of the start; version 12
        phase  updating
        layers  waiting 0  ready 0  transferring 1  committed 1  aborted 0""",
        first);
    screen.draw(HALF, UPDATING);
    assertEquals(first, terminal.screen());
    screen.draw(HALF, CLOSED);
    assertEquals("", terminal.screen());
  }

  @Test
  void aNarrowTerminalHasNoRestEither() {
    DemoScreen screen = new DemoScreen(LiveLines.on(terminal), 100);
    for (int width : new int[] {80, 30, 50, 10, 120}) {
      screen.draw(HALF, UPDATING);
      terminal.resizeBreaking(width);
    }
    screen.draw(HALF, UPDATING);
    assertEquals(4, terminal.screen().lines().count(), terminal.screen());
    screen.draw(HALF, CLOSED);
    assertEquals("", terminal.screen());
  }
}
