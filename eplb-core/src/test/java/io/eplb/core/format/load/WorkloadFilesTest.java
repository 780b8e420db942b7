package io.eplb.core.format.load;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.core.format.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkloadFilesTest {
  private static final String FORM =
      "layers × ranks × slots, or layers × physical slots, perhaps with windows before";

  /** Two layers, three experts on two ranks with two slots each. */
  private final ExpertTable table = ExpertTable.initial(2, EpTopology.of(3, 2, 1, 1, 2));

  @TempDir private Path folder;

  @Test
  void threeLevelsAreLayersRanksAndSlots() throws IOException {
    ExpertWorkload workload = read("[[[1,2],[3,4]],[[5,6],[7,8]]]");
    assertEquals(1, workload.windows());
    assertEquals(7, workload.tokens(0, 1, 1, 0));
    assertEquals(table.version(), workload.measuredUnder());
  }

  @Test
  void fourLevelsAreWindowsToo() throws IOException {
    ExpertWorkload workload = read("[[[[1,2],[3,4]],[[5,6],[7,8]]],[[[1,1],[1,1]],[[1,1],[1,9]]]]");
    assertEquals(2, workload.windows());
    assertEquals(9, workload.tokens(1, 1, 1, 1));
  }

  @Test
  void anObjectWithExpertWorkloadIsRead() throws IOException {
    ExpertWorkload workload =
        read("{\"changed\": true, \"expertWorkload\": [[[1,2],[3,4]],[[5,6],[7,8]]]}");
    assertEquals(8, workload.tokens(0, 1, 1, 1));
  }

  @Test
  void numpyArraysAreRead() throws IOException {
    byte[] array = NumpyBytes.array("<i4", "(2, 2, 2)", NumpyBytes.ints(1, 2, 3, 4, 5, 6, 7, 8));
    Path file = Files.write(folder.resolve("workload.npy"), array);
    assertEquals(6, WorkloadFiles.read(Refusal.file(file), table).tokens(0, 1, 0, 1));
  }

  @Test
  void twoLevelsAreLayersAndPhysicalSlotsRankByRank() throws IOException {
    assertEquals(read("[[[1,2],[3,4]],[[5,6],[7,8]]]"), read("[[1,2,3,4],[5,6,7,8]]"));
  }

  @Test
  void threeLevelsAreWindowsOfPhysicalSlotsWhereTheyFitTheMapSo() throws IOException {
    ExpertWorkload workload =
        read("[[[1,2,3,4],[5,6,7,8]],[[1,1,1,1],[1,1,1,9]],[[0,0,0,0],[0,0,0,0]]]");
    assertEquals(3, workload.windows());
    assertEquals(9, workload.tokens(1, 1, 1, 1));
    assertEquals(7, workload.tokens(0, 1, 1, 0));
  }

  @Test
  void onOneRankOfOneLayerBothFormsAreTheSame() throws IOException {
    ExpertTable alone = ExpertTable.initial(1, EpTopology.of(3, 1, 1, 1, 3));
    Path file = Files.writeString(folder.resolve("alone.json"), "[[[1,2,3]]]");
    ExpertWorkload workload = WorkloadFiles.read(Refusal.file(file), alone);
    assertEquals(1, workload.windows());
    assertEquals(3, workload.tokens(0, 0, 0, 2));
  }

  @Test
  void i2AnInvalidLoadOfAPhysicalSlotIsNamedByRankAndSlot() throws IOException {
    Refusal.of(
        folder.resolve("workload.npy"),
        NumpyBytes.array("<i4", "(2, 4)", NumpyBytes.ints(1, 2, 3, 4, 5, 6, -7, 8)),
        source -> WorkloadFiles.read(source, table),
        "I2: the load of window 0, layer 1, rank 1, slot 0 is -7.0; every load must be finite and"
            + " at least 0");
  }

  @Test
  void anotherShapeIsRefusedWithBothShapes() throws IOException {
    String expected =
        ", the current map 2 layers × 2 ranks × 2 slots; expected 2 × 2 × 2 or 2 × 4, perhaps with"
            + " windows before";
    refuse("[[[1,2,3]],[[4,5,6]]]", "I1: has the shape 2 × 1 × 3" + expected);
    refuse("[[1,2],[3,4]]", "I1: has the shape 2 × 2" + expected);
    refuse("[[[[1,2,3,4],[5,6,7,8]]]]", "I1: has the shape 1 × 1 × 2 × 4" + expected);
    refuse("[1,2,3,4]", "/0 is 1; expected an array: " + FORM);
  }

  @Test
  void i2AnInvalidLoadIsNamedByItsPlace() throws IOException {
    refuse(
        "[[[1,2],[3,-4]],[[5,6],[7,8]]]",
        "/0/1/1 is -4; expected a load, finite and at least 0 (rule I2)");
  }

  @Test
  void i2AnInvalidNumpyLoadIsNamedByWindowLayerRankAndSlot() throws IOException {
    Refusal.of(
        folder.resolve("workload.npy"),
        NumpyBytes.array("<i4", "(2, 2, 2)", NumpyBytes.ints(1, 2, 3, 4, 5, 6, 7, -8)),
        source -> WorkloadFiles.read(source, table),
        "I2: the load of window 0, layer 1, rank 1, slot 1 is -8.0; every load must be finite and"
            + " at least 0");
  }

  @Test
  void commaSeparatedNumbersAreRefused() throws IOException {
    Refusal.of(
        folder.resolve("workload.csv"),
        "1,2\n",
        source -> WorkloadFiles.read(source, table),
        "holds text; expected JSON or NumPy data of " + FORM);
  }

  private ExpertWorkload read(String json) throws IOException {
    Path file = Files.writeString(folder.resolve("workload.json"), json);
    return WorkloadFiles.read(Refusal.file(file), table);
  }

  private void refuse(String json, String expected) throws IOException {
    Refusal.of(
        folder.resolve("workload.json"),
        json,
        source -> WorkloadFiles.read(source, table),
        expected);
  }
}
