package io.eplb.core.format.load;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.eplb.core.format.Refusal;
import io.eplb.core.load.LayerIds;
import io.eplb.core.load.LoadRecording;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StatisticsFolderTest {
  private static final String EXPECTED =
      "expected meta_info.json with num_experts, and rank0.safetensors, rank1.safetensors, …";

  @TempDir private Path folder;

  @BeforeEach
  void twoExpertsAreDescribed() throws IOException {
    Files.writeString(
        folder.resolve("meta_info.json"), "{\"num_experts\": 2, \"num_experts_per_token\": 1}");
  }

  @Test
  void ranksAreSummedAndIterationsAreWindowsInNumericalOrder() throws IOException {
    // Iterations 9 and 10, layers 3 and 4, as a model with three dense layers has them.
    String header =
        header("10_3", 0, 16)
            + ","
            + header("10_4", 16, 32)
            + ","
            + header("9_3", 32, 48)
            + ","
            + header("9_4", 48, 64);
    write(0, header, NumpyBytes.longs(1, 2, 3, 4, 5, 6, 7, 8));
    write(1, header, NumpyBytes.longs(10, 20, 30, 40, 50, 60, 70, 80));
    assertEquals(
        LoadRecording.of(2, 2, 2, new double[] {55, 66, 77, 88, 11, 22, 33, 44})
            .withLayerIds(LayerIds.from(3, 2)),
        LoadFiles.read(Refusal.file(folder)));
  }

  @Test
  void otherElementTypesAreRead() throws IOException {
    write(0, tensor("1_0", "I32", "[2]", 0, 8), NumpyBytes.ints(1, 2));
    write(1, tensor("1_0", "F32", "[2]", 0, 8), NumpyBytes.floats(1, 2));
    write(2, tensor("1_0", "F64", "[2]", 0, 16), NumpyBytes.doubles(1, 2));
    assertEquals(
        LoadRecording.of(1, 1, 2, new double[] {3, 6}), LoadFiles.read(Refusal.file(folder)));
  }

  @Test
  void aFolderOfSomethingElseIsRefused() throws IOException {
    Files.delete(folder.resolve("meta_info.json"));
    refuse(
        "is a folder without .pt files of SGLang and without meta_info.json of TensorRT-LLM; "
            + EXPECTED);
  }

  @Test
  void aFolderWithoutRanksIsRefused() {
    refuse("has no rank's statistics; " + EXPECTED);
  }

  @Test
  void aMissingRankIsNamed() throws IOException {
    write(0, header("1_0", 0, 16), NumpyBytes.longs(1, 2));
    write(2, header("1_0", 0, 16), NumpyBytes.longs(1, 2));
    refuse("has the files of 2 ranks, but no rank1.safetensors; " + EXPECTED);
  }

  @Test
  void aRankWithOtherTensorsIsNamed() throws IOException {
    write(0, header("1_0", 0, 16), NumpyBytes.longs(1, 2));
    write(1, header("1_1", 0, 16), NumpyBytes.longs(1, 2));
    refuseRank(
        1,
        "does not have the same tensors as rank0.safetensors; expected one per iteration and layer"
            + " in every rank");
  }

  @Test
  void aMissingLayerOfAnIterationIsNamed() throws IOException {
    write(
        0,
        header("1_0", 0, 16) + "," + header("1_1", 16, 32) + "," + header("2_0", 32, 48),
        NumpyBytes.longs(1, 2, 3, 4, 5, 6));
    refuse(
        "has 3 tensors for 2 iterations and 2 layers; expected one for every iteration of every"
            + " layer");
  }

  @Test
  void aTensorOfAnotherNameIsNamed() throws IOException {
    write(0, header("layer1", 0, 16), NumpyBytes.longs(1, 2));
    refuse("has a tensor named \"layer1\"; expected {iteration}_{layer}");
  }

  @Test
  void aTensorOfAnotherShapeIsNamed() throws IOException {
    write(0, tensor("1_0", "I64", "[3]", 0, 24), NumpyBytes.longs(1, 2, 3));
    refuseRank(0, "tensor \"1_0\" has another shape; expected [2], one count per expert");
  }

  @Test
  void aTensorOfAnotherTypeIsNamed() throws IOException {
    write(0, tensor("1_0", "BF16", "[2]", 0, 4), new byte[4]);
    refuseRank(0, "tensor \"1_0\" has elements of type \"BF16\"; expected I32, I64, F32 or F64");
  }

  @Test
  void i2ANegativeCountIsNamed() throws IOException {
    write(0, header("1_0", 0, 16), NumpyBytes.longs(1, -2));
    refuseRank(
        0, "tensor \"1_0\", expert 1 is -2.0; expected a load, finite and at least 0 (rule I2)");
  }

  @Test
  void aTensorOutsideTheDataIsNamed() throws IOException {
    write(0, header("1_0", 8, 24), NumpyBytes.longs(1, 2));
    refuseRank(
        0,
        "tensor \"1_0\" does not lie within the 16 bytes of data with 16 bytes: the file is"
            + " truncated or damaged");
  }

  @Test
  void tensorsThatShareDataAreRefusedBeforeTheyAreCopied() throws IOException {
    // A tensor of a few bytes of header would be copied as often as it is named.
    String shared = header("1_0", 0, 16) + "," + header("1_1", 0, 16);
    write(0, shared, NumpyBytes.longs(1, 2));
    refuseRank(0, "has tensors that share data: together they claim more than the 16 bytes it has");
  }

  @Test
  void aKeyThatIsGivenTwiceIsNamed() throws IOException {
    String twice = header("1_0", 0, 16).replace("\"shape\"", "\"dtype\":\"F64\",\"shape\"");
    write(0, twice, NumpyBytes.longs(1, 2));
    Refusal.of(
        folder.resolve("rank0.safetensors, header"),
        source -> LoadFiles.read(Refusal.file(folder)),
        "/1_0 has the key dtype twice; expected it once");
    Files.writeString(folder.resolve("meta_info.json"), "{\"num_experts\": 2, \"num_experts\": 3}");
    Refusal.of(
        folder.resolve("meta_info.json"),
        source -> LoadFiles.read(Refusal.file(folder)),
        "the top level has the key num_experts twice; expected it once");
  }

  @Test
  void aTruncatedFileIsNamed() throws IOException {
    Files.write(folder.resolve("rank0.safetensors"), new byte[] {1, 2, 3});
    refuseRank(0, "ends within its header: it is truncated");
    byte[] absurd = new byte[16];
    Arrays.fill(absurd, 0, 8, (byte) 0x7f);
    Files.write(folder.resolve("rank0.safetensors"), absurd);
    refuseRank(
        0,
        "claims a header of 9187201950435737471 bytes, but has 8: it is truncated, or no"
            + " safetensors file");
  }

  @Test
  void aDescriptionWithoutExpertsIsNamed() throws IOException {
    Path meta = folder.resolve("meta_info.json");
    Refusal.of(
        meta,
        "{}",
        source -> LoadFiles.read(Refusal.file(folder)),
        "the top level has no key num_experts");
    Refusal.of(
        meta,
        "{\"num_experts\": 0}",
        source -> LoadFiles.read(Refusal.file(folder)),
        "/num_experts is 0; expected the number of experts, a whole number from 1 to 65536");
  }

  private static String header(String name, int from, int to) {
    return tensor(name, "I64", "[2]", from, to);
  }

  private static String tensor(String name, String type, String shape, int from, int to) {
    return "\""
        + name
        + "\":{\"dtype\":\""
        + type
        + "\",\"shape\":"
        + shape
        + ",\"data_offsets\":["
        + from
        + ","
        + to
        + "]}";
  }

  private void write(int rank, String tensors, byte[] data) throws IOException {
    byte[] header =
        ("{\"__metadata__\":{\"format\":\"pt\"}," + tensors + "}").getBytes(StandardCharsets.UTF_8);
    ByteBuffer file =
        ByteBuffer.allocate(8 + header.length + data.length).order(ByteOrder.LITTLE_ENDIAN);
    file.putLong(header.length).put(header).put(data);
    Files.write(folder.resolve("rank" + rank + ".safetensors"), file.array());
  }

  private void refuse(String expected) {
    Refusal.of(folder, LoadFiles::read, expected);
  }

  private void refuseRank(int rank, String expected) {
    Refusal.of(
        folder.resolve("rank" + rank + ".safetensors"),
        source -> LoadFiles.read(Refusal.file(folder)),
        expected);
  }
}
