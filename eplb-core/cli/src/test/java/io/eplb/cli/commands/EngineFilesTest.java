package io.eplb.cli.commands;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.cli.CommandLineRun;
import io.eplb.core.format.load.NumpyBytes;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The files that engines leave, on the way from the recording to the map. */
class EngineFilesTest {
  @TempDir private Path folder;
  private Path routed;

  @BeforeEach
  void writeSixTokensOfTwoLayers() throws IOException {
    int[] ids = {0, 1, 2, 3, 0, 1, 2, 3, 0, 2, 1, 3, 0, 2, 1, 3, 0, 1, 3, 2, 0, 1, 3, 2};
    routed =
        Files.write(
            folder.resolve("routed.npy"),
            NumpyBytes.array("<i4", "(6, 2, 2)", NumpyBytes.ints(ids)));
  }

  @Test
  void routedExpertsArePlannedFor() throws IOException {
    Path output = folder.resolve("map.json");
    CommandLineRun run =
        CommandLineRun.of(
            "plan --load %s --routed-experts 4 --ranks 2 --redundant-experts 2 --output %s",
            routed, output);
    assertEquals(0, run.code(), run.err());
    assertTrue(run.out().contains("2 layers × 4 experts"), run.out());
    assertTrue(Files.exists(output));
  }

  @Test
  void windowsOfRoutedTokensAreSimulated() {
    CommandLineRun run =
        CommandLineRun.of(
            "simulate --trace %s --routed-experts 4 --tokens-per-window 2 --ranks 2 --policies static",
            routed);
    assertEquals(0, run.code(), run.err());
  }

  @Test
  void tokensPerWindowWithoutRoutedExpertsAreRefused() {
    CommandLineRun run =
        CommandLineRun.of(
            "simulate --trace %s --tokens-per-window 2 --ranks 2 --policies static", routed);
    assertEquals(2, run.code());
    assertTrue(
        run.err().contains("--tokens-per-window has no meaning without --routed-experts"),
        run.err());
  }

  @Test
  void aMapForVllmIsWrittenFromItsStatistics() throws IOException {
    Path statistics =
        Files.writeString(
            folder.resolve("stats.jsonl"),
            """
            {"record_type": "eplb_load_stats", "expert_load": [[9, 1, 1, 1]], "p2l_map": [[0, 1, 2, 3]]}
            """);
    Path output = folder.resolve("mapping.jsonl");
    CommandLineRun run =
        CommandLineRun.of(
            "plan --load %s --ranks 2 --redundant-experts 2 --output %s --output-format vllm",
            statistics, output);
    assertEquals(0, run.code(), run.err());
    assertTrue(Files.readString(output).startsWith("{\"record_type\": \"eplb_initial_mapping\""));
    CommandLineRun check = CommandLineRun.of("verify %s --ranks 2", output);
    assertEquals(0, check.code(), check.err());
    assertTrue(check.out().contains("valid vllm map"), check.out());
  }

  @Test
  void theLayerIdsOfTensorRtStatisticsReachItsMap() throws IOException {
    Files.writeString(
        folder.resolve("meta_info.json"), "{\"num_experts\": 2, \"num_experts_per_token\": 1}");
    String header =
        "{\"1_3\":{\"dtype\":\"I32\",\"shape\":[2],\"data_offsets\":[0,8]},"
            + "\"1_5\":{\"dtype\":\"I32\",\"shape\":[2],\"data_offsets\":[8,16]}}";
    byte[] json = header.getBytes(StandardCharsets.US_ASCII);
    byte[] counts = NumpyBytes.ints(3, 1, 1, 3);
    ByteBuffer file =
        ByteBuffer.allocate(8 + json.length + counts.length).order(ByteOrder.LITTLE_ENDIAN);
    file.putLong(json.length).put(json).put(counts);
    Files.write(folder.resolve("rank0.safetensors"), file.array());
    Path output = folder.resolve("balancer.yaml");
    CommandLineRun run =
        CommandLineRun.of(
            "plan --load %s --ranks 2 --redundant-experts 2 --output %s --output-format trtllm",
            folder, output);
    assertEquals(0, run.code(), run.err());
    String map = Files.readString(output);
    assertTrue(map.contains("\n  3: [") && map.contains("\n  5: ["), map);
  }

  @Test
  void aMapOfTorchIsCheckedComparedAndPlannedFrom() throws IOException {
    Path map = fixture("location.pt");
    CommandLineRun check = CommandLineRun.of("verify %s --ranks 2", map);
    assertEquals(0, check.code(), check.err());
    assertTrue(check.words().contains("valid sglang map, 2 layers × 3 experts"), check.out());
    Path next = folder.resolve("next.json");
    Path slots = Files.writeString(folder.resolve("slots.json"), "[[9, 1, 1, 9], [1, 1, 1, 9]]");
    CommandLineRun plan =
        CommandLineRun.of(
            "plan --workload %s --current %s --ranks 2 --output %s --output-format sglang",
            slots, map, next);
    assertEquals(0, plan.code(), plan.err());
    CommandLineRun difference = CommandLineRun.of("diff %s %s --ranks 2", map, next);
    assertEquals(0, difference.code(), difference.err());
  }

  @Test
  void aRecordingOfSglangIsPlannedFromTheMapThatItHolds() throws IOException {
    Path ranks = Files.createDirectory(folder.resolve("ranks"));
    Path first = Files.move(fixture("per_pass_0.pt"), ranks.resolve("a_0.pt"));
    Files.move(fixture("per_pass_1.pt"), ranks.resolve("a_1.pt"));
    CommandLineRun run =
        CommandLineRun.of(
            "plan --load %s --current %s --ranks 6 --output %s",
            ranks, first, folder.resolve("map.json"));
    assertEquals(0, run.code(), run.err());
  }

  private Path fixture(String name) throws IOException {
    try (InputStream input =
        Objects.requireNonNull(
            NumpyBytes.class.getResourceAsStream("/io/eplb/core/format/torch/" + name))) {
      return Files.write(folder.resolve(name), input.readAllBytes());
    }
  }
}
