package io.eplb.core.format.placement;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.ExpertTable;
import io.eplb.api.InvalidInputException;
import io.eplb.api.Placement;
import io.eplb.core.format.InputSource;
import io.eplb.core.format.Refusal;
import io.eplb.core.load.LayerIds;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

class PlacementFormatsTest {
  private static final String KNOWN =
      "vllm-ascend, vllm, hygon, sglang, trtllm, deepseek, omni-infer";

  @TempDir private Path folder;

  @Property(tries = 50)
  void everyFormatGivesBackWhatWasWritten(@ForAll("tables") ExpertTable table) {
    for (String name : PlacementFormats.names()) {
      assertEquals(table, readBack(name, table));
    }
  }

  @Property(tries = 50)
  void everyFormatThatListsSlotsGivesBackRanksThatAreShortOfSlots(
      @ForAll("tablesOfShortRanks") ExpertTable table) {
    for (String name : List.of("vllm-ascend", "sglang", "trtllm", "deepseek")) {
      assertEquals(table, readBack(name, table));
    }
  }

  @Property(tries = 100)
  void anUnusableSlotThatFillsOrAppearsInOneLayerIsRefused(
      @ForAll("tablesOfShortRanks") ExpertTable table, @ForAll Random random) {
    int layer = random.nextInt(table.layers());
    int physical = random.nextInt(table.physicalExperts());
    int[] row = new int[table.physicalExperts()];
    table.copyLayer(layer, row, 0);
    Assume.that(table.layers() > 1 && table.physicalExperts() > table.experts());
    boolean fills = row[physical] == Placement.EMPTY;
    Assume.that(fills || table.replicaCount(layer, row[physical]) > 1);
    row[physical] = fills ? random.nextInt(table.experts()) : Placement.EMPTY;
    ExpertTable broken =
        ExpertTable.of(
            0, table.experts(), Placement.builder(table).setLayer(layer, row, 0).build());
    for (String name : List.of("sglang", "trtllm", "deepseek")) {
      String message =
          String.valueOf(
              assertThrows(InvalidInputException.class, () -> readBack(name, broken)).getMessage());
      assertTrue(message.contains(", rank "), message);
      assertTrue(message.contains("−1"), message);
    }
  }

  private static ExpertTable readBack(String name, ExpertTable table) {
    InputSource source =
        InputSource.of("a placement", Written.bytes(PlacementFormats.named(name), table));
    StoredPlacement stored =
        PlacementFormats.read(
            source,
            new PlacementExpectation(
                OptionalInt.of(table.experts()), OptionalInt.of(table.ranks())));
    assertEquals(name, stored.format());
    return stored.table();
  }

  @Test
  void everyFormatWarnsOfWhatItsEngineMakesOfUnusableSlots() {
    for (String name : PlacementFormats.names()) {
      String warning = PlacementFormats.named(name).emptySlotsWarning();
      assertTrue(warning.startsWith("has "), warning);
      assertTrue(warning.contains("; "), warning);
    }
  }

  @Property(tries = 50)
  void trtllmGivesBackTheFirstMoeLayer(@ForAll("tables") ExpertTable table) {
    OptionalInt first = OptionalInt.of(table.layers());
    PlacementFormat format = PlacementFormats.named("trtllm", first);
    InputSource source = InputSource.of("a placement", Written.bytes(format, table));
    assertEquals(
        LayerIds.from(table.layers(), table.layers()),
        format.read(source, PlacementExpectation.NONE).layerIds());
  }

  @Property(tries = 50)
  void deepseekGivesBackTheOrderOfReplicas(
      @ForAll("tables") ExpertTable table, @ForAll Random random) {
    Placement.Builder builder = Placement.builder(table);
    int[] keys = random.ints(table.physicalExperts(), 0, 9).toArray();
    for (int layer = 0; layer < table.layers(); layer++) {
      builder.setReplicaOrder(layer, keys, 0);
    }
    ExpertTable ordered = ExpertTable.of(0, table.experts(), builder.build());
    PlacementFormat format = PlacementFormats.named("deepseek");
    byte[] written = Written.bytes(format, ordered);
    StoredPlacement stored =
        format.read(InputSource.of("a placement", written), PlacementExpectation.NONE);
    assertEquals(
        new String(written, StandardCharsets.US_ASCII), Written.text(format, stored.table()));
  }

  /**
   * Tables without duplicates and with ascending ids on every rank, some of them dead, which every
   * format can hold.
   */
  @Provide
  Arbitrary<ExpertTable> tables() {
    return tables(false);
  }

  /** Tables of ranks that can use any number of their slots. */
  @Provide
  Arbitrary<ExpertTable> tablesOfShortRanks() {
    return tables(true);
  }

  private static Arbitrary<ExpertTable> tables(boolean shortRanks) {
    Arbitrary<Integer> layers = Arbitraries.integers().between(1, 4);
    Arbitrary<Integer> ranks = Arbitraries.integers().between(1, 6);
    Arbitrary<Integer> slots = Arbitraries.integers().between(1, 7);
    Arbitrary<Long> seeds = Arbitraries.longs();
    return Combinators.combine(layers, ranks, slots, seeds)
        .as((layer, rank, slot, seed) -> table(layer, rank, slot, seed, shortRanks));
  }

  private static ExpertTable table(
      int layers, int ranks, int slots, long seed, boolean shortRanks) {
    Random random = new Random(seed);
    int[] usable = new int[ranks];
    usable[random.nextInt(ranks)] = slots;
    for (int rank = 0; rank < ranks; rank++) {
      int some = shortRanks ? random.nextInt(slots + 1) : random.nextInt(3) == 0 ? 0 : slots;
      usable[rank] = Math.max(usable[rank], some);
    }
    int experts = slots + random.nextInt(Arrays.stream(usable).sum() - slots + 1);
    Placement.Builder builder = Placement.builder(layers, ranks, slots);
    int[] row = new int[ranks * slots];
    for (int layer = 0; layer < layers; layer++) {
      int next = random.nextInt(experts);
      Arrays.fill(row, Placement.EMPTY);
      for (int rank = 0; rank < ranks; rank++) {
        int end = rank * slots + usable[rank];
        for (int slot = rank * slots; slot < end; slot++) {
          row[slot] = next++ % experts;
        }
        Arrays.sort(row, rank * slots, end);
      }
      builder.setLayer(layer, row, 0);
    }
    return ExpertTable.of(0, experts, builder.build());
  }

  @Test
  void anUnknownNameIsRefusedWithTheNearestAndAllOthers() {
    assertRefused(
        () -> PlacementFormats.named("vllm-asend"),
        "there is no placement format \"vllm-asend\"; did you mean vllm-ascend? known are "
            + KNOWN);
    assertRefused(
        () -> PlacementFormats.named("megatron"),
        "there is no placement format \"megatron\"; known are " + KNOWN);
  }

  @Test
  void aFirstMoeLayerIsRefusedWhereThereAreNoLayerIds() {
    assertRefused(
        () -> PlacementFormats.named("sglang", OptionalInt.of(3)),
        "--first-moe-layer has no meaning in the format sglang; only trtllm has the model's own"
            + " layer ids");
  }

  @Test
  void expectationsOutOfRangeAreRefused() {
    assertRefused(
        () -> new PlacementExpectation(OptionalInt.of(0), OptionalInt.empty()),
        "experts is 0; it must be between 1 and 65536");
    assertRefused(
        () -> new PlacementExpectation(OptionalInt.empty(), OptionalInt.of(65_537)),
        "ranks is 65537; it must be between 1 and 65536");
  }

  @Test
  void contentOfNoFormatIsRefused() throws IOException {
    refuse(
        "x.json",
        "{\"load\": [[1]]}",
        "holds JSON of no known placement format; known are " + KNOWN);
    refuse("x.csv", "1,2\n", "holds text of no known placement format; known are " + KNOWN);
    refuse("x.bin", "\0", "holds binary data of no known placement format; known are " + KNOWN);
    refuse("x.json", "", "is empty; expected data");
    Refusal.of(
        folder.resolve("absent.json"),
        source -> PlacementFormats.read(source, PlacementExpectation.NONE),
        "cannot be read: no such file or folder");
  }

  private void refuse(String name, String content, String expected) throws IOException {
    Refusal.of(
        folder.resolve(name),
        content,
        source -> PlacementFormats.read(source, PlacementExpectation.NONE),
        expected);
  }

  private static void assertRefused(Executable call, String message) {
    assertEquals(message, assertThrows(InvalidInputException.class, call).getMessage());
  }
}
