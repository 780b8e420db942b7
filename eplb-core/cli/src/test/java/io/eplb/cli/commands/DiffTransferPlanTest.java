package io.eplb.cli.commands;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.eplb.cli.CommandLineRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The transfer plan of a pair of maps that is worked out by hand: four ranks of two slots, the
 * nodes are {0, 1} and {2, 3}.
 *
 * <pre>
 *   rank      0      1      2      3
 *   before  0 1    2 3    4 5    0 1
 *   after   0 4    2 3    4 0    5 1
 * </pre>
 *
 * <p>Rank 2 alone holds 4 and 5 and sends both, so one send at a time takes two rounds. Expert 0
 * comes to rank 2 from its neighbour, rank 3. No rank gains more than one expert, so one stage
 * does.
 */
class DiffTransferPlanTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder = Path.of(".");
  private Path before = Path.of(".");
  private Path after = Path.of(".");

  @BeforeEach
  void writeMaps() throws IOException {
    before = write("old.json", "{\"physical_to_logical_map\":[[0,1,2,3,4,5,0,1]]}");
    after = write("new.json", "{\"physical_to_logical_map\":[[0,4,2,3,4,0,5,1]]}");
  }

  private Path write(String name, String content) throws IOException {
    return Files.writeString(folder.resolve(name), content);
  }

  @Test
  void everyTransferIsListedByLayerAndRound() throws IOException {
    String expected =
        """
        {"transfers": 3, "copies": 3, "stages": 1, "rounds": 2, "roundsLowerBound": 2,
         "sendsPerRank": 1, "receivesPerRank": 1, "buffersPerRank": 2,
         "perRank": [
           {"rank": 0, "sends": 0, "receives": 1, "bytesSent": 0, "bytesReceived": 1000},
           {"rank": 1, "sends": 0, "receives": 0, "bytesSent": 0, "bytesReceived": 0},
           {"rank": 2, "sends": 2, "receives": 1, "bytesSent": 2000, "bytesReceived": 1000},
           {"rank": 3, "sends": 1, "receives": 1, "bytesSent": 1000, "bytesReceived": 1000}],
         "layers": [{"layer": 0, "stages": 1, "roundsLowerBound": 2, "copiesBefore": [], "rounds": [
           {"stage": 0, "transfers": [
              {"expert": 4, "source": {"rank": 2, "slot": 0},
               "destination": {"rank": 0, "buffer": 0, "slot": 1}},
              {"expert": 0, "source": {"rank": 3, "slot": 0},
               "destination": {"rank": 2, "buffer": 0, "slot": 1}}],
            "copies": []},
           {"stage": 0, "transfers": [
              {"expert": 5, "source": {"rank": 2, "slot": 1},
               "destination": {"rank": 3, "buffer": 0, "slot": 0}}],
            "copies": [
              {"expert": 4, "source": {"rank": 0, "buffer": 0},
               "destination": {"rank": 0, "slot": 1}},
              {"expert": 0, "source": {"rank": 2, "buffer": 0},
               "destination": {"rank": 2, "slot": 1}},
              {"expert": 5, "source": {"rank": 3, "buffer": 0},
               "destination": {"rank": 3, "slot": 0}}]}]}]}
        """;
    JsonNode report = json("--nodes 2 --expert-bytes 1000 --link-gbps 1");

    assertEquals(JSON.readTree(expected), report.get("transferPlan"));
    assertEquals(2, report.get("nodes").asInt());
    assertEquals(3000, report.at("/bytes/total").asInt());
    assertEquals(16e-6, report.get("seconds").asDouble(), 1e-15);
    assertEquals(8e-6, report.get("secondsLowerBound").asDouble(), 1e-15);
  }

  @Test
  void withoutNodesTheSenderIsTheOneThatSendsTheLeast() throws IOException {
    JsonNode plan = json("").get("transferPlan");

    assertEquals("[1,0,2,0]", perRank(plan, "sends"));
    assertEquals("[1,0,1,1]", perRank(plan, "receives"));
    assertEquals(-1, plan.at("/perRank/0").path("bytesSent").asInt(-1), "no size was given");
  }

  @Test
  void twoSendsAtATimeTakeOneRound() throws IOException {
    JsonNode plan = json("--nodes 2 --sends-per-rank 2").get("transferPlan");

    assertEquals(1, plan.get("rounds").asInt());
    assertEquals(1, plan.get("roundsLowerBound").asInt());
    assertEquals(3, plan.get("copies").asInt(), "every expert leaves its buffer");
  }

  @Test
  void moreExpertsThanBuffersTakeSeveralStages() throws IOException {
    // Ranks 0 and 1 exchange what they have; each has one buffer.
    after = write("swapped.json", "{\"physical_to_logical_map\":[[2,3,0,1,4,5,0,1]]}");
    JsonNode plan = json("--buffers-per-rank 1").get("transferPlan");

    assertEquals(2, plan.get("stages").asInt());
    assertEquals(2, plan.at("/layers/0/stages").asInt());
    assertEquals(0, plan.at("/layers/0/rounds/0/stage").asInt());
    assertEquals(1, plan.at("/layers/0/rounds/1/stage").asInt());
    assertEquals(1, json("").at("/transferPlan/stages").asInt(), "two buffers take both at once");
  }

  @Test
  void peopleReadRoundsAndWhatEveryRankSendsAndReceives() {
    CommandLineRun run = run("--nodes 2 --expert-bytes 1000 --link-gbps 1");

    assertEquals(0, run.code(), run.err());
    assertEquals(
        """
        1 layer × 6 experts on 4 ranks × 2 slots
        experts moved    3, 3.0 per layer, in 1 of 1 layer; 3 slots rewritten
        busiest rank     0 receives 1 expert
        transfer plan    3 transfers in 2 rounds of 1 stage; 3 copies inside ranks
                         no plan has fewer rounds than 2
        bytes            3,000 in total, 1,000 to the busiest rank
        time             0.000016 s at 1.0 Gbit/s per rank and direction
                         no order takes less than 0.000008 s

         layer     moved    stages    rounds  at least    copies  busiest rank
             0         3         1         2         2         3  0 receives 1

          rank     sends  receives            bytes sent        bytes received
             0         0         1                     0                 1,000
             2         2         1                 2,000                 1,000
             3         1         1                 1,000                 1,000
        """,
        run.out());
  }

  @Test
  void aRankThatOnlyReordersItsSlotsSendsNothing() throws IOException {
    Path reordered = write("reordered.json", "{\"physical_to_logical_map\":[[1,0,2,3,4,5,0,1]]}");
    CommandLineRun run = CommandLineRun.of("diff %s %s --ranks 4", before, reordered);

    assertEquals(0, run.code(), run.err());
    assertEquals(
        """
        1 layer × 6 experts on 4 ranks × 2 slots
        experts moved    0, 0.0 per layer, in 0 of 1 layer; 2 slots rewritten
        busiest rank     none
        transfer plan    0 transfers in 0 rounds of 1 stage; 3 copies inside ranks
                         no plan has fewer rounds than 0

         layer     moved    stages    rounds  at least    copies  busiest rank
             0         0         1         0         0         3
        """,
        run.out());
  }

  private static String perRank(JsonNode plan, String field) {
    List<Integer> values = new ArrayList<>();
    plan.get("perRank").forEach(rank -> values.add(rank.get(field).asInt()));
    return values.toString().replace(" ", "");
  }

  private JsonNode json(String options) throws IOException {
    return run("--json " + options).json();
  }

  private CommandLineRun run(String options) {
    return CommandLineRun.of("diff %s %s --ranks 4 " + options, before, after);
  }
}
