package io.eplb.core.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.ExpertTable;
import io.eplb.api.LoadPhase;
import io.eplb.core.config.EplbConfig;
import io.eplb.core.config.Settings;
import io.eplb.core.context.TableChange;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EplbRuntimeTest {
  @TempDir Path folder = Path.of(".");

  @Test
  void cyclesFollowTheLoadAndEveryReadIsRight() {
    try (RuntimeRig rig = new RuntimeRig()) {
      for (int cycle = 1; cycle <= 12; cycle++) {
        CycleReport report = rig.runCycle();
        assertEquals(cycle, report.cycle());
        assertTrue(report.outcome().success(), report.toString());
        rig.assertSound();
      }
      RuntimeState state = rig.runtime.state();
      assertEquals(RuntimePhase.COLLECTING, state.phase());
      assertEquals(12, state.cycles());
      assertEquals(12 * RuntimeRig.INTERVAL, state.steps());
      assertTrue(state.version() > RuntimeRig.LAYERS, state.toString());
      assertTrue(rig.reports.get(0).layersCommitted() > 0);
      assertEquals(0, rig.reports.stream().mapToInt(CycleReport::layersAborted).sum());
    }
  }

  @Test
  void withoutDynamicEplbItServesAndNeverRebalances() {
    try (RuntimeRig rig = new RuntimeRig(config -> config.with(Settings.DYNAMIC_EPLB, false))) {
      rig.serve(10 * RuntimeRig.INTERVAL);
      rig.threads.runAll();
      assertEquals(RuntimePhase.OFF, rig.runtime.state().phase());
      assertEquals(0, rig.reports.size());
      assertFalse(rig.runtime.state().watchdogBarking());
    }
  }

  @Test
  void onlyStepsOfTheConfiguredPhaseAreCounted() {
    try (RuntimeRig rig =
        new RuntimeRig(config -> config.with(Settings.LOAD_COLLECTION_PHASE, "decode"))) {
      rig.serve(2 * RuntimeRig.INTERVAL, LoadPhase.PREFILL);
      rig.serve(2 * RuntimeRig.INTERVAL, LoadPhase.ALL);
      rig.serve(RuntimeRig.INTERVAL - 1, LoadPhase.DECODE);
      rig.threads.runAll();
      assertEquals(0, rig.reports.size());
      rig.serve(1, LoadPhase.DECODE);
      rig.threads.runAll();
      assertEquals(1, rig.reports.size());
      // The engine does not say of which phase its load is, so there is none of decode.
      assertEquals(CycleOutcome.NOTHING_MEASURED, rig.reports.get(0).outcome());
      assertEquals(RuntimeRig.INTERVAL, rig.runtime.state().stepsOfPhase());
    }
  }

  @Test
  void aLinkThatIsDownAbortsEveryLayerAndStopsTheRebalancingInTheEnd() {
    try (RuntimeRig rig = new RuntimeRig()) {
      rig.weights.failing = true;
      for (int failure = 1; failure <= 3; failure++) {
        CycleReport report = rig.runCycle();
        assertEquals(CycleOutcome.ABORTED, report.outcome());
        assertTrue(report.reason().contains("the link is down"), report.reason());
        rig.assertSound();
      }
      RuntimeState state = rig.runtime.state();
      assertEquals(RuntimePhase.STOPPED, state.phase());
      assertTrue(state.whyStopped().orElseThrow().contains("3 cycles in a row have failed"));
      assertEquals(0, state.version());
      rig.weights.failing = false;
      rig.serve(5 * RuntimeRig.INTERVAL);
      rig.threads.runAll();
      assertEquals(3, rig.reports.size());
    }
  }

  @Test
  void aLinkThatComesBackIsUsedAgain() {
    try (RuntimeRig rig = new RuntimeRig()) {
      rig.weights.failing = true;
      assertEquals(CycleOutcome.ABORTED, rig.runCycle().outcome());
      rig.weights.failing = false;
      assertEquals(CycleOutcome.COMMITTED, rig.runCycle().outcome());
      assertEquals(0, rig.runtime.state().failuresInRow());
      rig.assertSound();
    }
  }

  @Test
  void copiesThatNeverEndAreTimedOutAndTheirBuffersSetAside() {
    try (RuntimeRig rig = new RuntimeRig()) {
      rig.weights.holding = true;
      rig.serve(RuntimeRig.INTERVAL);
      rig.threads.runAll();
      assertEquals(RuntimePhase.UPDATING, rig.runtime.state().phase());
      assertTrue(rig.runtime.buffersHeld() > 0);
      rig.threads.pass(Duration.ofMinutes(10));
      CycleReport report = rig.reports.get(0);
      assertEquals(CycleOutcome.ABORTED, report.outcome());
      rig.weights.release();
      rig.threads.runAll();
      rig.assertSound();
      assertEquals(CycleOutcome.COMMITTED, rig.runCycle().outcome());
      rig.assertSound();
    }
  }

  @Test
  void aShutdownWhileCollectingLeavesTheEngineServing() {
    RuntimeRig rig = new RuntimeRig();
    rig.runCycle();
    assertClosesSoundly(rig);
  }

  @Test
  void aShutdownWhilePlanningLeavesTheEngineServing() {
    RuntimeRig rig = new RuntimeRig();
    rig.serve(RuntimeRig.INTERVAL);
    rig.threads.runEvents();
    assertEquals(RuntimePhase.PLANNING, rig.runtime.state().phase());
    assertClosesSoundly(rig);
    assertEquals(CycleOutcome.CLOSED, rig.reports.get(0).outcome());
  }

  @Test
  void aShutdownWhileWeightsMoveLeavesTheEngineServing() {
    RuntimeRig rig = new RuntimeRig();
    rig.weights.holding = true;
    rig.serve(RuntimeRig.INTERVAL);
    rig.threads.runAll();
    assertEquals(RuntimePhase.UPDATING, rig.runtime.state().phase());
    assertTrue(rig.weights.held() > 0);
    rig.runtime.close();
    rig.memory.verify(rig.runtime.table());
    rig.weights.release();
    assertEquals(1, rig.reports.size());
    assertEquals(CycleOutcome.CLOSED, rig.reports.get(0).outcome());
    rig.serve(3 * RuntimeRig.INTERVAL);
    assertEquals(0, rig.runtime.table().version());
  }

  @Test
  void aShutdownWhileWeightsMoveIsOverWhenTheLastCopyHasEnded() {
    RuntimeRig rig = new RuntimeRig();
    rig.weights.holding = true;
    rig.serve(RuntimeRig.INTERVAL);
    rig.threads.runAll();
    rig.runtime.close();
    assertTrue(rig.runtime.buffersHeld() > 0);
    assertFalse(rig.threads.ended());
    rig.weights.release();
    rig.threads.runAll();
    rig.assertSound();
    assertTrue(rig.threads.ended());
  }

  @Test
  void aShutdownAfterTheRebalancingHasStoppedLeavesTheEngineServing() {
    RuntimeRig rig = new RuntimeRig();
    rig.weights.failing = true;
    for (int failure = 0; failure < 3; failure++) {
      rig.runCycle();
    }
    assertClosesSoundly(rig);
  }

  private static void assertClosesSoundly(RuntimeRig rig) {
    rig.runtime.close();
    rig.runtime.close();
    assertEquals(RuntimePhase.CLOSED, rig.runtime.state().phase());
    assertTrue(rig.threads.ended());
    rig.assertSound();
    int reports = rig.reports.size();
    rig.serve(3 * RuntimeRig.INTERVAL);
    rig.threads.runAll();
    assertEquals(reports, rig.reports.size());
    rig.assertSound();
  }

  @Test
  void aListenerMayCloseTheRuntime() {
    List<TableChange> told = new ArrayList<>();
    RuntimeRig rig = new RuntimeRig();
    rig.runtime.addListener(
        change -> {
          told.add(change);
          rig.runtime.close();
        });
    rig.serve(RuntimeRig.INTERVAL);
    rig.threads.runAll();
    assertFalse(told.isEmpty());
    assertEquals(RuntimePhase.CLOSED, rig.runtime.state().phase());
    rig.assertSound();
  }

  @Test
  void aListenerThatThrowsDoesNotStopTheSwitch() {
    try (RuntimeRig rig = new RuntimeRig()) {
      rig.runtime.addListener(
          change -> {
            throw new IllegalStateException("not interested");
          });
      assertEquals(CycleOutcome.COMMITTED, rig.runCycle().outcome());
      rig.assertSound();
    }
  }

  @Test
  void aFailureThatCannotBePrintedSilencesNoListener() {
    List<Long> told = new ArrayList<>();
    try (LogLines log = new LogLines();
        RuntimeRig rig = new RuntimeRig()) {
      rig.runtime.addListener(
          change -> {
            throw new UnprintableException();
          });
      rig.runtime.addListener(change -> told.add(change.after().version()));
      assertEquals(CycleOutcome.COMMITTED, rig.runCycle().outcome());
      assertEquals(LongStream.rangeClosed(1, rig.runtime.table().version()).boxed().toList(), told);
      assertFalse(log.containing("a listener failed on the update to version 1").isEmpty());
      rig.assertSound();
    }
  }

  @Test
  void aShutdownRecordsTheMapThoughACollectionHangs() throws IOException {
    Path later = Files.createFile(folder.resolve("later"));
    Path map = later.resolve("map.json");
    RuntimeRig rig =
        new RuntimeRig(config -> config.with(Settings.EXPERT_MAP_RECORD_PATH, map.toString()));
    rig.runCycle();
    assertTrue(rig.runtime.state().recordingFailure().isPresent());
    Files.delete(later);
    rig.threads.workerHangs = true;
    rig.serve(RuntimeRig.INTERVAL);
    rig.threads.runEvents();
    assertEquals(RuntimePhase.PLANNING, rig.runtime.state().phase());
    rig.runtime.close();
    assertTrue(Files.size(map) > 0);
    assertFalse(rig.threads.ended());
    rig.threads.workerHangs = false;
    rig.threads.runAll();
    assertTrue(rig.threads.ended());
  }

  @Test
  void theRecordedMapStartsTheNextRuntime() throws IOException {
    Path map = folder.resolve("map.json");
    ExpertTable recorded;
    try (RuntimeRig rig =
        new RuntimeRig(config -> config.with(Settings.EXPERT_MAP_RECORD_PATH, map.toString()))) {
      rig.runCycle();
      recorded = rig.runtime.table();
      assertTrue(Files.size(map) > 0);
    }
    EplbConfig next = EplbConfig.defaults().with(Settings.EXPERT_MAP_PATH, map.toString());
    assertEquals(
        recorded.placement(),
        StartTable.of(next, RuntimeRig.LAYERS, RuntimeRig.TOPOLOGY).placement());
  }
}
