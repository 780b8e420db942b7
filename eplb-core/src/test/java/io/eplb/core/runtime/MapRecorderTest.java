package io.eplb.core.runtime;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.Placement;
import io.eplb.core.config.EplbConfig;
import io.eplb.core.config.Settings;
import io.eplb.core.format.InputSource;
import io.eplb.core.format.placement.PlacementExpectation;
import io.eplb.core.format.placement.PlacementFormat;
import io.eplb.core.format.placement.PlacementFormats;
import io.eplb.core.format.placement.StoredPlacement;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MapRecorderTest {
  @TempDir Path folder = Path.of(".");

  @Test
  void theMapInForceIsRecordedAfterACycleAndStartsTheNextRuntime() {
    Path map = folder.resolve("map.json");
    try (CycleRig rig = rig(map)) {
      rig.runCycle();
      EplbConfig config = EplbConfig.defaults().with(Settings.EXPERT_MAP_PATH, map.toString());
      ExpertTable restarted = StartTable.of(config, CycleRig.LAYERS, CycleRig.TOPOLOGY);
      assertEquals(rig.table().placement(), restarted.placement());
      assertEquals(0, restarted.version());
      assertNull(rig.recorder.failure());
    }
  }

  @Test
  void theFirstMapWithADeadRankIsRecordedWithAWarningAboutTheEngine() {
    Path path = folder.resolve("map.json");
    MapFile map = new MapFile(path.toString(), 0);
    try (LogLines log = new LogLines()) {
      map.record(ExpertTable.of(1, 2, Placement.of(1, 2, 2, new int[] {0, 1, 1, 0})));
      assertEquals(0, log.containing("−1").size());
      map.record(ExpertTable.of(2, 2, Placement.of(1, 2, 2, new int[] {0, 1, -1, -1})));
      map.record(ExpertTable.of(3, 2, Placement.of(1, 2, 2, new int[] {1, 0, -1, -1})));
      assertEquals(1, log.containing(path + " has −1 in slots that ranks cannot use").size());
    }
  }

  @Test
  void aMissingFolderIsCreatedWithTheFirstMapAndNotForATableThatNoMapCanHold() {
    Path path = folder.resolve("new/folders/map.json");
    MapFile map = new MapFile(path.toString(), 0);
    ExpertTable twiceOnARank = ExpertTable.of(1, 2, Placement.of(1, 1, 3, new int[] {0, 1, 1}));
    assertTrue(map.attempt(twiceOnARank).orElse("").contains("rank 0"), "a map cannot hold it");
    assertFalse(Files.exists(folder.resolve("new")));
    map.record(ExpertTable.of(2, 2, Placement.of(1, 2, 2, new int[] {0, 1, 1, 0})));
    assertTrue(Files.isRegularFile(path));
  }

  @Test
  void aFolderThatCannotBeCreatedIsNamedAsTheReason() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");
    MapFile map = new MapFile(file.resolve("map.json").toString(), 0);
    ExpertTable table = ExpertTable.of(1, 2, Placement.of(1, 2, 2, new int[] {0, 1, 1, 0}));
    String reason = map.attempt(table).orElse("");
    assertTrue(
        reason.contains("map.json: its folder cannot be created: a file of that name"), reason);
    assertEquals("", Files.readString(file));
  }

  @Test
  void nothingIsRecordedBeforeTheTableHasChanged() {
    Path map = folder.resolve("map.json");
    try (CycleRig rig = rig(map)) {
      rig.loads = java.util.List::of;
      rig.runCycle();
      assertFalse(Files.exists(map));
    }
  }

  @Test
  void aFileInTheFoldersPlaceFailsTheRecordingAndTheNextCycleTriesAgain() throws IOException {
    Path gone = Files.createFile(folder.resolve("gone"));
    Path map = gone.resolve("map.json");
    try (CycleRig rig = rig(map)) {
      assertEquals(CycleOutcome.COMMITTED, rig.runCycle().outcome());
      String failure = rig.recorder.failure();
      assertNotNull(failure);
      assertTrue(failure.contains("its folder cannot be created"), failure);
      assertEquals(RuntimePhase.COLLECTING, rig.phase());
      Files.delete(gone);
      assertEquals(CycleOutcome.UNCHANGED, rig.runCycle().outcome());
      assertNull(rig.recorder.failure());
      assertTrue(Files.size(map) > 0);
    }
  }

  @Test
  void aFullDiskLeavesTheMapBeforeItByteForByteAndNoRest() throws IOException {
    Path map = Files.writeString(folder.resolve("map.json"), "the map before");
    MapFile file = new MapFile(map.toString(), 0, new FullDisk());
    try (CycleRig rig = new CycleRig(CycleRig.Answer.BALANCED, file)) {
      assertEquals(CycleOutcome.COMMITTED, rig.runCycle().outcome());
      String failure = rig.recorder.failure();
      assertNotNull(failure);
      assertTrue(failure.contains("No space left on device"), failure);
      assertEquals("the map before", Files.readString(map));
      try (Stream<Path> files = Files.list(folder)) {
        assertEquals(1, files.count());
      }
    }
  }

  @Test
  void aCrashAtAnyByteLeavesTheMapBeforeIt() throws IOException {
    ExpertTable before = ExpertTable.initial(1, EpTopology.of(4, 2, 1, 1, 2));
    ExpertTable next = ExpertTable.of(1, 4, Placement.of(1, 2, 2, new int[] {3, 2, 1, 0}));
    Path map = folder.resolve("map.json");
    new MapFile(map.toString(), -1).record(before);
    byte[] kept = Files.readAllBytes(map);
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    PlacementFormats.named("vllm-ascend").write(next, all);
    for (int bytes = 0; bytes <= all.size(); bytes++) {
      DyingWriter dying = new DyingWriter(all.toByteArray(), bytes, map);
      MapFile file = new MapFile(map.toString(), 0, dying);
      assertTrue(file.attempt(next).isPresent());
      assertTrue(file.wants(next));
      assertArrayEquals(kept, dying.seen, "the map when the machine dies at byte " + bytes);
      assertArrayEquals(kept, Files.readAllBytes(map), "the map after a failure at byte " + bytes);
    }
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(1, files.count());
    }
    new MapFile(map.toString(), 0).record(next);
    assertArrayEquals(all.toByteArray(), Files.readAllBytes(map));
  }

  @Test
  void aShutdownWhileRecordingLetsTheMapBeWritten() throws IOException {
    Path map = folder.resolve("map.json");
    try (CycleRig rig = rig(map)) {
      rig.serve(CycleRig.COLLECTION);
      rig.threads.runEvents();
      rig.threads.runJob();
      rig.threads.runEvents();
      assertEquals(RuntimePhase.RECORDING, rig.phase());
      rig.cycle.close();
      rig.threads.runEvents();
      assertEquals(RuntimePhase.CLOSED, rig.phase());
      assertEquals(CycleOutcome.COMMITTED, rig.lastReport().outcome());
      rig.threads.runAll();
      assertTrue(Files.size(map) > 0);
      assertEquals(1, rig.reports.size());
    }
  }

  @Test
  void aCollectionThatHangsDoesNotKeepTheMapFromBeingRecorded() throws IOException {
    Path later = Files.createFile(folder.resolve("later"));
    Path map = later.resolve("map.json");
    try (CycleRig rig = rig(map)) {
      rig.runCycle();
      assertNotNull(rig.recorder.failure());
      Files.delete(later);
      rig.threads.workerHangs = true;
      rig.serve(CycleRig.COLLECTION);
      rig.threads.runEvents();
      rig.serve(CycleRig.PLANNING);
      rig.threads.runAll();
      assertEquals(CycleOutcome.PLAN_LATE, rig.lastReport().outcome());
      assertEquals(RuntimePhase.COLLECTING, rig.phase());
      assertTrue(Files.size(map) > 0);
      rig.threads.workerHangs = false;
    }
  }

  @Test
  void aMapThatIsNotWrittenInTimeHoldsUpNoCycleAndIsTakenNoteOfWhenItIs() throws IOException {
    Path map = folder.resolve("map.json");
    try (CycleRig rig = rig(map)) {
      rig.threads.recorderHangs = true;
      rig.serve(CycleRig.COLLECTION);
      rig.threads.runAll();
      assertEquals(RuntimePhase.RECORDING, rig.phase());
      rig.threads.pass(MapRecorder.LIMIT.minusNanos(1));
      assertEquals(RuntimePhase.RECORDING, rig.phase());
      rig.threads.pass(Duration.ofNanos(1));
      assertEquals(RuntimePhase.COLLECTING, rig.phase());
      assertEquals(CycleOutcome.COMMITTED, rig.lastReport().outcome());
      assertEquals("it has not been written within 30 seconds", rig.recorder.failure());

      assertEquals(CycleOutcome.UNCHANGED, rig.runCycle().outcome());
      assertEquals(RuntimePhase.COLLECTING, rig.phase());
      assertEquals("an earlier map is still being written", rig.recorder.failure());

      rig.threads.recorderHangs = false;
      rig.threads.runAll();
      assertNull(rig.recorder.failure());
      assertTrue(Files.size(map) > 0);
      assertEquals(2, rig.reports.size());
    }
  }

  private static CycleRig rig(Path map) {
    return new CycleRig(CycleRig.Answer.BALANCED, new MapFile(map.toString(), 0));
  }

  /** Writes some bytes to the disk, looks what a crash at this instant would leave, and fails. */
  private static final class DyingWriter extends WritingOnly {
    private final byte[] map;
    private final int bytes;
    private final Path target;
    private byte[] seen = {};

    DyingWriter(byte[] map, int bytes, Path target) {
      this.map = map;
      this.bytes = bytes;
      this.target = target;
    }

    @Override
    public void write(ExpertTable table, OutputStream output) throws IOException {
      output.write(map, 0, bytes);
      output.flush();
      seen = Files.readAllBytes(target);
      throw new IOException("the machine dies");
    }
  }

  /** Writes half a map, then there is no room. */
  private static final class FullDisk extends WritingOnly {
    @Override
    public void write(ExpertTable table, OutputStream output) throws IOException {
      output.write("{\"moe_layer_count\"".repeat(1000).getBytes(StandardCharsets.UTF_8));
      throw new IOException("No space left on device");
    }
  }

  private abstract static class WritingOnly implements PlacementFormat {
    @Override
    public String name() {
      return "writing-only";
    }

    @Override
    public boolean recognizes(InputSource source) {
      return false;
    }

    @Override
    public StoredPlacement read(InputSource source, PlacementExpectation expectation) {
      throw new AssertionError("nothing is read");
    }

    @Override
    public String emptySlotsWarning() {
      return "has unusable slots; nobody reads it";
    }
  }
}
