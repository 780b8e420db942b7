package io.eplb.cli.commands;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.cli.CommandLineRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VerifyCommandTest {
  @TempDir Path folder = Path.of(".");

  @Test
  void saysWhatAValidMapHolds() throws IOException {
    CommandLineRun run = CommandLineRun.of("verify %s", map("a.json", "[0,1],[2,3],[0,4]"));
    assertEquals(0, run.code(), run.err());
    assertTrue(
        run.words().contains("valid vllm-ascend map, 1 layer × 5 experts on 6 slots, 3 ranks × 2"),
        run.out());
  }

  @Test
  void namesTheRanksThatAreDeadOrShortOfSlots() throws IOException {
    CommandLineRun run =
        CommandLineRun.of(
            "verify %s", map("a.json", "[0,1,2],[-1,-1,-1],[3,-1,-1],[-1,-1,-1],[4,0,1]"));
    assertEquals(0, run.code(), run.err());
    assertTrue(
        run.words()
            .contains("on 15 slots, 5 ranks × 3; ranks 1, 3 are dead; rank 2 can use 1 of 3 slots"),
        run.out());
  }

  @Test
  void countsUnusableSlotsWhereNobodySaysWhoseTheyAre() throws IOException {
    Path map =
        Files.writeString(
            folder.resolve("sglang.json"), "{\"physical_to_logical_map\": [[0,1,-1,-1,2,3]]}");
    CommandLineRun unknown = CommandLineRun.of("verify %s", map);
    assertEquals(0, unknown.code(), unknown.err());
    assertTrue(unknown.words().contains("; 2 slots of every layer cannot be used"), unknown.out());
    assertTrue(unknown.words().contains("give --ranks R to check each rank too"), unknown.out());
    CommandLineRun known = CommandLineRun.of("verify %s --ranks 3", map);
    assertTrue(known.words().contains("3 ranks × 2; rank 1 is dead"), known.out());
  }

  @Test
  void mapsWithDifferentDeadRanksAreNamed() throws IOException {
    CommandLineRun run =
        CommandLineRun.of(
            "verify %s %s %s",
            map("a.json", "[0,1],[2,3],[-1,-1]"),
            map("b.json", "[0,1],[-1,-1],[2,3]"),
            map("c.json", "[0,1],[2,3],[-1,-1]"));
    assertEquals(4, run.code(), run.err());
    assertTrue(
        run.words()
            .contains("b.json differs in layer 0; only here dead: rank 1; only there dead: rank 2"),
        run.out());
  }

  @Test
  void countsTheReplicasThatAreBesideAnotherOneOnTheirRank() throws IOException {
    Path map =
        Files.writeString(
            folder.resolve("sglang.json"), "{\"physical_to_logical_map\": [[0,0,1,2]]}");
    CommandLineRun run = CommandLineRun.of("verify %s --ranks 2", map);
    assertEquals(0, run.code(), run.err());
    assertTrue(run.words().contains("; 1 replica beside another one on the same rank"), run.out());
  }

  @Test
  void severalMapsThatAgreeAreTheSame() throws IOException {
    CommandLineRun run =
        CommandLineRun.of(
            "verify %s %s", map("a.json", "[0,1],[2,3],[0,4]"), map("b.json", "[0,1],[2,3],[0,4]"));
    assertEquals(0, run.code(), run.err());
    assertTrue(run.out().contains("all 2 maps are the same"), run.out());
  }

  @Test
  void severalMapsThatDifferAreNamedWithTheFirstSlot() throws IOException {
    CommandLineRun run =
        CommandLineRun.of(
            "verify %s %s %s",
            map("a.json", "[0,1],[2,3],[1,4]"),
            map("b.json", "[0,1],[2,3],[0,4]"),
            map("c.json", "[0,1],[2,3],[0,4]"));
    assertEquals(4, run.code(), run.err());
    assertTrue(run.words().contains("b.json, " + folder.resolve("c.json") + " agree"), run.out());
    assertTrue(
        run.words()
            .contains(
                "a.json differs in layer 0; first at layer 0, rank 2, slot 0: expert 1, not 0"),
        run.out());
    assertTrue(run.err().contains("1 of 3 differ from the majority"), run.err());
  }

  @Test
  void aBrokenMapAmongOthersIsNoDifference() throws IOException {
    CommandLineRun run =
        CommandLineRun.of(
            "verify %s %s %s",
            map("a.json", "[0,1],[2,3]"),
            map("b.json", "[0,1],[3,2]"),
            map("broken.json", "[0,1],[2,2]"));
    assertEquals(2, run.code(), run.err());
    assertTrue(run.err().contains("broken.json"), run.err());
  }

  @Test
  void mapsOfDifferentShapesAreToldApart() throws IOException {
    CommandLineRun run =
        CommandLineRun.of(
            "verify %s %s", map("a.json", "[0,1],[2,3],[0,4]"), map("b.json", "[0,1],[2,3]"));
    assertEquals(4, run.code(), run.err());
    assertTrue(run.words().contains("1 layer × 4 experts on 2 ranks × 2 slots, not"), run.out());
    assertTrue(run.err().contains("2 camps without a majority"), run.err());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          [0,1],[2,3],[0,5] | 4
          [0,1],[2,3],[4,-2] | -2
          [0,1],[2,3],[-1,4] | rank 2, slot 1 holds expert 4 behind
          [0,1],[2,3],[-1,-1] | expert 4
          [0,1],[2,2],[3,4] | 2
          [0,1],[2,3],[4] | device
          [0,1],[2,3],[0,99] | 99
          """)
  void aBrokenMapIsRefusedWithOneLine(String devices, String named) throws IOException {
    Path map = map("broken.json", devices);
    String before = Files.readString(map);
    CommandLineRun run = CommandLineRun.of("verify --experts 5 %s", map);
    assertEquals(2, run.code(), run.out());
    assertEquals(1, run.err().lines().count(), run.err());
    assertTrue(run.err().contains("broken.json") && run.err().contains(named), run.err());
    assertFalse(run.err().contains("Exception"), run.err());
    assertEquals(before, Files.readString(map));
  }

  @Test
  void aMissingMapAndNoMapAtAllAreRefused() {
    assertEquals(2, CommandLineRun.of("verify %s", folder.resolve("none.json")).code());
    CommandLineRun none = CommandLineRun.of("verify");
    assertEquals(2, none.code());
    assertEquals(1, none.err().lines().count(), none.err());
  }

  private Path map(String name, String devices) throws IOException {
    StringBuilder list = new StringBuilder();
    int id = 0;
    for (String device : devices.split("(?<=]),", -1)) {
      list.append(id == 0 ? "" : ",")
          .append("{\"device_id\":")
          .append(id++)
          .append(",\"device_expert\":")
          .append(device)
          .append('}');
    }
    return Files.writeString(
        folder.resolve(name),
        "{\"moe_layer_count\":1,\"layer_list\":[{\"layer_id\":0,\"device_count\":"
            + id
            + ",\"device_list\":["
            + list
            + "]}]}");
  }
}
