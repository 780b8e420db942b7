package io.eplb.core.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.InvalidInputException;
import io.eplb.api.Placement;
import io.eplb.core.load.LoadRecording;
import io.eplb.core.load.LoadTrace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

class MapFilesTest {
  private static final ExpertTable TABLE =
      ExpertTable.initial(3, EpTopology.withRedundantExperts(8, 2, 1, 1, 2));

  private static final ExpertTable TWICE_ON_A_RANK =
      ExpertTable.of(0, 2, Placement.of(1, 2, 2, new int[] {0, 0, 1, 1}));

  @TempDir private Path folder;

  @Test
  void everyFormatIsReadAsItWasWritten() {
    for (String format : MapFiles.formats()) {
      Path file = folder.resolve(format + (format.equals("trtllm") ? ".yaml" : ".json"));
      MapFiles.write(ascending(), format, file);
      assertEquals(ascending(), MapFiles.read(file, 2), format);
    }
  }

  @Test
  void aMapThatSaysItsRanksNeedsNoTelling() {
    Path file = folder.resolve("map.json");
    MapFiles.write(TABLE, "vllm-ascend", file);
    assertEquals(TABLE, MapFiles.read(file));
    MapFiles.write(TABLE, "sglang", file);
    assertRefused(
        () -> MapFiles.read(file),
        file
            + ": is in the format sglang, which does not say how many ranks share its 10 slots;"
            + " give --ranks");
    assertRefused(
        () -> MapFiles.read(file, 3),
        file
            + ": has 10 slots per layer, which 3 ranks do not divide; every rank holds equally"
            + " many");
  }

  @Test
  void layersMayHaveTheModelsOwnIds() throws IOException {
    Path file = folder.resolve("map.yaml");
    MapFiles.write(TABLE, "trtllm", 3, file);
    assertTrue(Files.readString(file).contains("\n  3: ["));
    assertEquals(TABLE, MapFiles.read(file, 2));
    assertRefused(
        () -> MapFiles.write(TABLE, "sglang", 3, file),
        "--first-moe-layer has no meaning in the format sglang; only trtllm has the model's own"
            + " layer ids");
  }

  @Test
  void aTableThatTheFormatCannotHoldLeavesTheFileAsItWas() throws IOException {
    Path file = Files.writeString(folder.resolve("map.json"), "what was there");
    InvalidInputException refused =
        assertThrows(
            InvalidInputException.class,
            () -> MapFiles.write(TWICE_ON_A_RANK, "vllm-ascend", file));
    assertTrue(String.valueOf(refused.getMessage()).contains("holds expert 0 twice"));
    assertThrows(InvalidInputException.class, () -> MapFiles.write(TABLE, "unheard-of", file));
    assertEquals("what was there", Files.readString(file));
    try (var files = Files.list(folder)) {
      assertEquals(List.of(file), files.toList());
    }
  }

  @Test
  void aRecordingIsReadAtOnceOrWalkedThrough() throws IOException {
    Path file = Files.writeString(folder.resolve("loads.json"), "[[[1, 2]], [[3, 4]]]");
    LoadRecording recording = RecordingFiles.read(file);
    assertEquals(LoadRecording.of(2, 1, 2, new double[] {1, 2, 3, 4}), recording);
    double[] window = new double[2];
    try (LoadTrace trace = RecordingFiles.open(file)) {
      assertTrue(trace.next(window));
      assertEquals(2, window[1]);
      assertTrue(trace.next(window));
      assertEquals(4, window[1]);
    }
    Path absent = folder.resolve("absent.json");
    assertRefused(
        () -> RecordingFiles.read(absent), absent + ": cannot be read: no such file or folder");
  }

  /** A table that Omni-Infer can hold as well: no expert twice on a rank, in ascending order. */
  private static ExpertTable ascending() {
    return ExpertTable.of(0, 4, Placement.of(2, 2, 2, new int[] {0, 1, 2, 3, 1, 3, 0, 2}));
  }

  private static void assertRefused(Executable call, String message) {
    assertEquals(message, assertThrows(InvalidInputException.class, call).getMessage());
  }
}
