package io.eplb.core.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.EpRanks;
import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.InvalidInputException;
import io.eplb.api.Placement;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RankSettingsTest {
  private static final EpTopology TOPOLOGY = EpTopology.of(2, 4, 2, 1, 2);

  /** Rank 1 is dead, rank 2 can use one of two slots. */
  private static final ExpertTable CURRENT =
      ExpertTable.of(0, 2, Placement.of(1, 4, 2, new int[] {0, 1, -1, -1, 0, -1, 1, 0}));

  @TempDir private Path folder;

  @Test
  void withoutSettingsRanksAreNominalOrAsTheTableSays() {
    RankSettings none = settings("", "");
    assertTrue(none.ranks(TOPOLOGY).nominal());
    assertEquals(EpRanks.of(TOPOLOGY, CURRENT), none.ranks(TOPOLOGY, CURRENT, "map.json"));
  }

  @Test
  void failedRanksAndSpeedsAreTaken() {
    EpRanks ranks = settings("3, 0", "1,0.5,2,1").ranks(TOPOLOGY);
    assertFalse(ranks.living(0));
    assertFalse(ranks.living(3));
    assertEquals(2, ranks.usableSlots(1));
    assertEquals(0.5, ranks.speed(1));
    assertEquals(2.0, ranks.speed(2));
  }

  @Test
  void failedRanksAreTheDeadOnesOfTheTableAndMore() {
    EpRanks ranks = settings("1,3", "").ranks(TOPOLOGY, CURRENT, "map.json");
    assertFalse(ranks.living(1));
    assertFalse(ranks.living(3));
    assertEquals(1, ranks.usableSlots(2));
  }

  @Test
  void theRanksOfATableLiveAgainIfNoneHasFailed() {
    EpRanks ranks = settings("none", "").ranks(TOPOLOGY, CURRENT, "map.json");
    assertEquals(2, ranks.usableSlots(1));
    assertEquals(1, ranks.usableSlots(2));
    assertTrue(settings("none", "").ranks(TOPOLOGY).nominal());
  }

  @Test
  void failedRanksThatLeaveOutADeadOneAreRefused() {
    refuse(
        () -> settings("3,0", "").ranks(TOPOLOGY, CURRENT, "map.json"),
        "--failed leaves out rank 1, dead in map.json; name every failed rank: 0,1,3 (or none if"
            + " all of them live again)");
  }

  @Test
  void otherFailedRanksTakeThePlaceOfTheFirst() {
    RankSettings settings = settings("0", "1,0.5,2,1");
    EpRanks ranks = settings.withFailed(List.of(3), "failed").ranks(TOPOLOGY);
    assertTrue(ranks.living(0));
    assertFalse(ranks.living(3));
    assertEquals(0.5, ranks.speed(1));
    EpRanks stored = EpRanks.builder(TOPOLOGY).usableSlots(1, 0).build();
    assertTrue(settings.withFailed(List.of(), "failed").ranks(stored, "current").living(1));
    refuse(
        () -> settings.withFailed(List.of(3), "failed").ranks(stored, "current"),
        "failed leaves out rank 1, dead in current; name every failed rank: 1,3 (or none if all of"
            + " them live again)");
    refuse(
        () -> settings.withFailed(List.of(3, 3), "failed"),
        "failed: rank 3 is named twice; name it once");
    assertTrue(
        message(() -> settings.withFailed(List.of(-1), "failed"))
            .startsWith("failed: \"-1\" is no rank"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          3,x   | "x" is no rank
          3,,4  | "" is no rank
          -1    | "-1" is no rank
          1.5   | "1.5" is no rank
          65536 | "65536" is no rank
          1,1   | rank 1 is named twice
          """)
  void textsThatNameNoRankAreRefused(String text, String expected) {
    String message = message(() -> settings(text, ""));
    assertTrue(message.startsWith("--failed: " + expected), message);
  }

  @Test
  void ranksAndSpeedsThatDoNotFitTheGroupAreRefused() {
    refuse(
        () -> settings("4", "").ranks(TOPOLOGY),
        "--failed: rank 4 does not exist; ranks are 0 to 3");
    refuse(
        () -> settings("", "1,1,1").ranks(TOPOLOGY),
        "--rank-speed has 3 speeds for 4 ranks; give one per rank, failed ones included");
    refuse(
        () -> settings("", "1,1,0,1"),
        "--rank-speed: the speed of rank 2 is 0.0; it must be between 0.001 and 1000.0, 1 for a"
            + " nominal rank");
    refuse(
        () -> settings("", "1,1,0.5x"),
        "--rank-speed: \"1,1,0.5x\" is neither a list of numbers nor a file; give one speed per"
            + " rank, such as 1,0.5, or a file of them");
  }

  @Test
  void speedsComeFromAFileOrTheStandardInput() throws IOException {
    Path file = Files.writeString(folder.resolve("speeds.csv"), "1\n2\n3\n4\n");
    assertEquals(4.0, settings("", file.toString()).ranks(TOPOLOGY).speed(3));
    EplbConfig config = EplbConfig.defaults().with(Settings.RANK_SPEED, "-");
    InputStream input = new ByteArrayInputStream("[1,2,3,4]".getBytes(StandardCharsets.UTF_8));
    assertEquals(3.0, RankSettings.of(config, input).ranks(TOPOLOGY).speed(2));
    assertEquals("-", RankSettings.speedFile(config).orElseThrow());
    assertTrue(RankSettings.speedFile(config.with(Settings.RANK_SPEED, "1,2")).isEmpty());
    Files.writeString(file, "1\nfast\n");
    assertTrue(
        message(() -> settings("", file.toString()))
            .startsWith("--rank-speed: " + file + ": line 2 is \"fast\""));
  }

  private static RankSettings settings(String failed, String speeds) {
    EplbConfig config = EplbConfig.defaults();
    config = failed.isEmpty() ? config : config.with(Settings.FAILED_RANKS, failed);
    config = speeds.isEmpty() ? config : config.with(Settings.RANK_SPEED, speeds);
    return RankSettings.of(config, InputStream.nullInputStream());
  }

  private static void refuse(Executable call, String expected) {
    assertEquals(expected, message(call));
  }

  private static String message(Executable call) {
    return String.valueOf(assertThrows(InvalidInputException.class, call).getMessage());
  }
}
