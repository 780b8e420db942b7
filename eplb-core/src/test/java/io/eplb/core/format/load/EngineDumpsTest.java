package io.eplb.core.format.load;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.api.InvalidInputException;
import io.eplb.core.format.InputSource;
import io.eplb.core.format.Refusal;
import io.eplb.core.load.LoadRecording;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The dumps that vLLM and vLLM-Ascend leave. */
class EngineDumpsTest {
  @TempDir private Path folder;

  @Test
  void snapshotsOfVllmAreWindowsByExpert() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("rank0_expert_load.json"),
            """
            {"world_size": 2, "num_logical_experts": 3,
             "snapshots": [
               {"step": 10, "window_expert_load": [[1, 2, 3, 4]], "physical_to_logical_map": [[0, 1, 2, 0]]},
               {"step": 20, "physical_to_logical_map": [[2, 1, 0, 1]], "window_expert_load": [[5, 6, 7, 8]]}]}
            """);
    LoadRecording recording = LoadFiles.read(InputSource.of(file));
    assertEquals(2, recording.windows());
    double[] loads = new double[3];
    recording.copyLayer(0, 0, loads, 0);
    assertArrayEquals(new double[] {5, 2, 3}, loads);
    // The map of its own time: expert 1 was on slots 1 and 3.
    recording.copyLayer(1, 0, loads, 0);
    assertArrayEquals(new double[] {7, 14, 5}, loads);
  }

  @Test
  void aSnapshotWithoutItsMapIsRefused() throws IOException {
    refuse(
        "{\"snapshots\": [{\"window_expert_load\": [[1, 2]]}]}",
        "/snapshots/0 has no key physical_to_logical_map");
  }

  @Test
  void aSnapshotWhoseMapHasAnotherShapeIsRefused() throws IOException {
    refuse(
        "{\"snapshots\": [{\"window_expert_load\": [[1, 2]], \"physical_to_logical_map\": [[0]]}]}",
        "/snapshots/0 has a load of 1 × 2 and a map of 1 × 1, the first window 1 layer; the shapes"
            + " of load and map must agree, and all windows must have the same layers");
  }

  @Test
  void aWindowWithFewerSlotsThanExpertsIsRefused() throws IOException {
    refuse(
        """
        {"snapshots": [
          {"window_expert_load": [[1, 2]], "physical_to_logical_map": [[0, 1]]},
          {"window_expert_load": [[1, 2]], "physical_to_logical_map": [[0, 65535]]}]}
        """,
        "window 0 has 2 slots for 65536 experts; every expert has a slot in every window");
    // The greatest id of all windows counts, also for those before.
    refuse(
        """
        {"snapshots": [
          {"window_expert_load": [[1, 2]], "physical_to_logical_map": [[0, 1]]},
          {"window_expert_load": [[1, 2, 3]], "physical_to_logical_map": [[0, 1, 2]]}]}
        """,
        "window 0 has 2 slots for 3 experts; every expert has a slot in every window");
  }

  @Test
  void noSnapshotIsRefused() throws IOException {
    refuse("{\"snapshots\": []}", "/snapshots is an empty array; expected snapshots");
  }

  @Test
  void linesOfStatisticsOfVllmAreWindowsByExpert() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("stats.jsonl"),
            """
            {"record_type": "eplb_load_stats", "version": 1, "step": 7, "num_ranks": 2, "expert_load": [[10, 1, 5]], "p2l_map": [[0, 1, 0]]}

            {"record_type": "eplb_load_stats", "version": 1, "step": 9, "num_ranks": 2, "expert_load": [[1, 2, 3]], "p2l_map": [[1, 1, 0]]}
            """);
    LoadRecording recording = LoadFiles.read(InputSource.of(file));
    assertEquals(2, recording.windows());
    assertEquals(15, recording.tokens(0, 0, 0));
    assertEquals(3, recording.tokens(1, 0, 1));
  }

  @Test
  void aLineOfOtherRecordsOfVllmIsSkipped() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("stats.jsonl"),
            """
            {"record_type": "eplb_load_meta", "version": 1, "model": "m", "num_ranks": 2, "num_layers": 1}
            {"record_type": "eplb_load_stats", "version": 1, "step": 7, "expert_load": [[10, 1]], "p2l_map": [[0, 1]]}
            """);
    LoadRecording recording = LoadFiles.read(InputSource.of(file));
    assertEquals(1, recording.windows());
    assertEquals(10, recording.tokens(0, 0, 0));
  }

  @Test
  void aFileOfOtherRecordsAloneIsRefused() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("stats.jsonl"),
            "{\"record_type\": \"eplb_load_meta\", \"version\": 1}\n");
    InputSource source = InputSource.of(file);
    assertEquals(
        file + ": holds no statistics; expected a line with expert_load and p2l_map per window",
        assertThrows(InvalidInputException.class, () -> LoadFiles.read(source)).getMessage());
  }

  @Test
  void aLineThatIsNoStatisticsIsNamed() throws IOException {
    Path file = Files.writeString(folder.resolve("stats.jsonl"), "{\"expert_load\": [[1]]}\n");
    InputSource source = InputSource.of(file);
    assertEquals(
        file + ", line 1: the top level has no key p2l_map",
        assertThrows(InvalidInputException.class, () -> LoadFiles.read(source)).getMessage());
  }

  @Test
  void theCyclesOfVllmAscendAreWindowsInTheOrderOfTheirNumbers() throws IOException {
    ExpertTable table = ExpertTable.initial(1, EpTopology.of(2, 2, 1, 1, 1));
    write("moe_load_10.npy", "(1, 2, 1)", 3, 4);
    write("moe_load_9.npy", "(1, 2, 1)", 1, 2);
    ExpertWorkload workload = WorkloadFiles.read(InputSource.of(folder), table);
    assertEquals(2, workload.windows());
    double[] loads = new double[2];
    workload.expertLoads(table, 0, 0, 1, loads, 0);
    assertArrayEquals(new double[] {1, 2}, loads);
  }

  @Test
  void cyclesOfDifferentShapesAreRefused() throws IOException {
    write("moe_load_0.npy", "(1, 2, 1)", 1, 2);
    write("moe_load_1.npy", "(1, 1, 2)", 3, 4);
    refuseFolder(
        folder.resolve("moe_load_1.npy")
            + ": has the shape 1 × 1 × 2, the cycles before it 1 × 2 × 1; all must have the same");
  }

  @Test
  void aFolderWithoutCyclesIsRefused() {
    refuseFolder(folder + ": has no moe_load_0.npy, moe_load_1.npy, …; expected one per cycle");
  }

  @Test
  void aCycleWithoutANumberIsRefused() throws IOException {
    write("moe_load_x.npy", "(1, 2, 1)", 1, 2);
    refuseFolder(folder + ": has the file moe_load_x.npy; expected moe_load_ and a number");
  }

  @Test
  void aCycleThatIsNoRegularFileIsRefusedAndNotWaitedFor() throws IOException {
    // A pipe would be another one, but a test that opens it never ends.
    Path socket = folder.resolve("moe_load_0.npy");
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(socket));
      refuseFolder(folder + ": has moe_load_0.npy, which is no regular file; copy it into one");
    }
  }

  @Test
  void aCycleThatIsALinkToItselfIsRefused() throws IOException {
    Path loop = folder.resolve("moe_load_0.npy");
    Files.createSymbolicLink(loop, loop);
    refuseFolder(folder + ": has moe_load_0.npy, which is no regular file; copy it into one");
  }

  private void refuseFolder(String expected) {
    ExpertTable table = ExpertTable.initial(1, EpTopology.of(2, 2, 1, 1, 1));
    InputSource source = InputSource.of(folder);
    assertEquals(
        expected,
        assertThrows(InvalidInputException.class, () -> WorkloadFiles.read(source, table))
            .getMessage());
  }

  private void write(String name, String shape, int... values) throws IOException {
    Files.write(folder.resolve(name), NumpyBytes.array("<i4", shape, NumpyBytes.ints(values)));
  }

  private void refuse(String content, String expected) throws IOException {
    Refusal.of(folder.resolve("dump.json"), content, LoadFiles::read, expected);
  }
}
