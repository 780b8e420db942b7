package io.eplb.server.message;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.eplb.api.ExpertTable;
import io.eplb.api.Placement;
import io.eplb.core.format.ArrayForm;
import io.eplb.core.format.InputSource;
import io.eplb.core.format.NumberArray;
import io.eplb.core.format.load.NumpyBytes;
import io.eplb.core.format.numpy.ArchiveBytes;
import io.eplb.core.format.numpy.ArchiveBytes.Trait;
import io.eplb.core.format.numpy.NumpyKinds;
import io.eplb.core.format.numpy.NumpyReader;
import io.eplb.server.planning.PlanAnswer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Questions mean the same in every format, and answers are read back as they were given. */
class MessagePropertiesTest {
  private static final List<String> TYPES =
      List.of("<i8", ">i8", "<u4", ">i4", "<f8", ">f8", "<f4", "<u2", ">i2");

  @Property(tries = 300)
  void aQuestionIsTheSameInEveryFormat(
      @ForAll @IntRange(min = 1, max = 4) int windows,
      @ForAll @IntRange(min = 1, max = 6) int layers,
      @ForAll @IntRange(min = 1, max = 9) int experts,
      @ForAll @IntRange(max = 8) int type,
      @ForAll Set<Trait> traits,
      @ForAll long seed) {
    int[] tokens = new Random(seed).ints((long) windows * layers * experts, 0, 30_000).toArray();
    String shape = "(%s, %s, %s)".formatted(windows, layers, experts);
    byte[] archive =
        new ArchiveBytes(traits.toArray(Trait[]::new))
            .add(
                "load.npy",
                NumpyBytes.array(TYPES.get(type), shape, bytes(TYPES.get(type), tokens)))
            .build();
    byte[] json =
        Bodies.json(
            "{\"load\": %s}".formatted(nested(tokens, new int[] {windows, layers, experts}, 0, 0)));
    assertEquals(digest(json), digest(archive));
  }

  private static String digest(byte[] body) {
    return PlanMessage.read("g", Map.of(), null, body).ask().digest();
  }

  private static byte[] bytes(String type, int[] values) {
    int width = type.charAt(2) - '0';
    ByteBuffer bytes = ByteBuffer.allocate(values.length * width);
    bytes.order(type.startsWith(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    for (int value : values) {
      switch (type.substring(1)) {
        case "i8" -> bytes.putLong(value);
        case "f8" -> bytes.putDouble(value);
        case "f4" -> bytes.putFloat(value);
        case "i2", "u2" -> bytes.putShort((short) value);
        default -> bytes.putInt(value);
      }
    }
    return bytes.array();
  }

  private static String nested(int[] values, int[] shape, int level, int from) {
    if (level == shape.length) {
      return String.valueOf(values[from]);
    }
    int step = Arrays.stream(shape, level + 1, shape.length).reduce(1, (a, b) -> a * b);
    return IntStream.range(0, shape[level])
        .mapToObj(index -> nested(values, shape, level + 1, from + index * step))
        .collect(Collectors.joining(", ", "[", "]"));
  }

  @Property(tries = 300)
  void anAnswerIsReadBackAsItWasGiven(
      @ForAll @IntRange(min = 1, max = 5) int layers,
      @ForAll @IntRange(min = 1, max = 4) int ranks,
      @ForAll @IntRange(min = 1, max = 5) int slotsPerRank,
      @ForAll @IntRange(min = 1, max = 20) int wanted,
      @ForAll long seed)
      throws IOException {
    int slots = ranks * slotsPerRank;
    int experts = Math.min(wanted, slots);
    ExpertTable table = table(layers, ranks, slotsPerRank, experts, new Random(seed));
    PlanAnswer answer =
        new PlanAnswer(
            Optional.of(table),
            true,
            List.of(),
            0,
            1.25,
            1.0,
            List.of(),
            Optional.empty(),
            true,
            List.of(),
            List.of(),
            "");
    JsonNode json = new ObjectMapper().readTree(AnswerFormat.JSON.write(answer));
    byte[] npz = AnswerFormat.NPZ.write(answer);
    NumberArray toLogical = array(npz, "physical_to_logical");
    NumberArray toPhysical = array(npz, "logical_to_physical");
    NumberArray count = array(npz, "logical_count");
    assertEquals(layers + " × " + slots, toLogical.shape());
    assertEquals(layers + " × " + experts, count.shape());
    int most = (int) Arrays.stream(count.values()).max().orElseThrow();
    assertEquals(layers + " × " + experts + " × " + most, toPhysical.shape());
    requireTable(table, toLogical, toPhysical, count, most);
    assertArrayEquals(numbers(json.get("physical_to_logical")), toLogical.values());
    assertArrayEquals(numbers(json.get("logical_to_physical")), toPhysical.values());
    assertArrayEquals(numbers(json.get("logical_count")), count.values());
  }

  private static void requireTable(
      ExpertTable table,
      NumberArray toLogical,
      NumberArray toPhysical,
      NumberArray count,
      int most) {
    for (int layer = 0; layer < table.layers(); layer++) {
      for (int slot = 0; slot < table.physicalExperts(); slot++) {
        assertEquals(
            table.expertAt(layer, slot / table.slotsPerRank(), slot % table.slotsPerRank()),
            toLogical.values()[layer * table.physicalExperts() + slot]);
      }
      for (int expert = 0; expert < table.experts(); expert++) {
        int replicas = table.replicaCount(layer, expert);
        assertEquals(replicas, count.values()[layer * table.experts() + expert]);
        for (int replica = 0; replica < most; replica++) {
          assertEquals(
              replica < replicas ? table.physicalSlot(layer, expert, replica) : -1,
              toPhysical.values()[(layer * table.experts() + expert) * most + replica]);
        }
      }
    }
  }

  /** Every expert once, the other slots at random, some of them empty. */
  private static ExpertTable table(
      int layers, int ranks, int slotsPerRank, int experts, Random random) {
    int slots = ranks * slotsPerRank;
    int[] rows = new int[layers * slots];
    for (int layer = 0; layer < layers; layer++) {
      for (int slot = 0; slot < slots; slot++) {
        rows[layer * slots + slot] = slot < experts ? slot : random.nextInt(experts + 1) - 1;
      }
      for (int slot = slots - 1; slot > 0; slot--) {
        int other = random.nextInt(slot + 1);
        int expert = rows[layer * slots + slot];
        rows[layer * slots + slot] = rows[layer * slots + other];
        rows[layer * slots + other] = expert;
      }
    }
    return ExpertTable.of(0, experts, Placement.of(layers, ranks, slotsPerRank, rows));
  }

  private static double[] numbers(JsonNode node) {
    if (node.isArray()) {
      return IntStream.range(0, node.size())
          .mapToObj(index -> numbers(node.get(index)))
          .flatMapToDouble(Arrays::stream)
          .toArray();
    }
    return new double[] {node.doubleValue()};
  }

  private static NumberArray array(byte[] archive, String name) throws IOException {
    try (ZipInputStream input = new ZipInputStream(new ByteArrayInputStream(archive))) {
      for (ZipEntry entry = input.getNextEntry(); entry != null; entry = input.getNextEntry()) {
        if (entry.getName().equals(name + ".npy")) {
          return NumpyReader.read(
              InputSource.of(name, input.readAllBytes()),
              new ArrayForm(0, 3, "any"),
              NumpyKinds.NUMBERS);
        }
      }
    }
    throw new AssertionError("no array " + name);
  }
}
