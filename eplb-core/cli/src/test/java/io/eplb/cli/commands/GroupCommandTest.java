package io.eplb.cli.commands;

import static io.eplb.cli.CommandLineRun.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.Placement;
import io.eplb.cli.CommandLineRun;
import io.eplb.core.cluster.RankGroup;
import io.eplb.core.consistency.TableDigest;
import io.eplb.core.file.MapFiles;
import io.eplb.core.record.CommitRecord;
import io.eplb.core.record.SwitchName;
import io.eplb.zookeeper.EmbeddedZooKeeper;
import io.eplb.zookeeper.ZooKeeperCommitRecord;
import io.eplb.zookeeper.ZooKeeperConnection;
import io.eplb.zookeeper.ZooKeeperRankGroup;
import io.eplb.zookeeper.ZooKeeperSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command {@code group} against a real ZooKeeper server. */
class GroupCommandTest {
  private static final ExpertTable FIRST = ExpertTable.initial(2, EpTopology.of(8, 4, 1, 1, 3));

  @TempDir Path folder = Path.of(".");
  private EmbeddedZooKeeper server;
  private ZooKeeperConnection connection;

  @BeforeEach
  void start() throws Exception {
    server = EmbeddedZooKeeper.start(folder.resolve("zookeeper"), 0);
    connection = done(ZooKeeperConnection.open(ZooKeeperSettings.parse(place())));
  }

  @AfterEach
  void end() {
    connection.close();
    server.close();
  }

  private String place() {
    return server.address() + "/glm";
  }

  private static <T> T done(CompletionStage<T> stage)
      throws InterruptedException, ExecutionException {
    return stage.toCompletableFuture().get();
  }

  /** Returns the first table with the rows of its layers exchanged in layer 1. */
  private static ExpertTable second() {
    Placement.Builder rows = Placement.builder(FIRST);
    int[] row = new int[FIRST.physicalExperts()];
    FIRST.copyLayer(1, row, 0);
    for (int slot = 0; slot < row.length; slot++) {
      row[slot] = (row[slot] + 1) % FIRST.experts();
    }
    rows.setLayer(1, row, 0);
    return ExpertTable.of(1, FIRST.experts(), rows.build());
  }

  @Test
  void aGroupIsShownWithTheRanksThatAreAwayAndItsTableIsWrittenAsAMap() throws Exception {
    SwitchName name = new SwitchName(1, 1);
    ExpertTable table = second();
    Path map = folder.resolve("running.json");
    try (CommitRecord record = done(ZooKeeperCommitRecord.create(connection, FIRST));
        RankGroup group = done(ZooKeeperRankGroup.open(connection))) {
      for (int rank : new int[] {0, 1, 3, 3}) {
        done(group.join(rank, FIRST.ranks(), 1, "http://127.0.0.1:1"));
      }
      done(group.join(2, FIRST.ranks() + 1, 1, "http://127.0.0.1:1"));
      long epoch = done(group.stand("planner 7").elected()).epoch();
      done(record.takeOver(epoch));
      done(record.propose(name, List.of(1)));
      assertEquals("[1]", json("").get("undecidedLayers").toString());
      done(record.commit(name, table.placement(), 512, TableDigest.of(table).toText()));

      JsonNode shown = json(" --output " + map);

      assertEquals(1, shown.get("version").asInt());
      assertEquals(512, shown.get("firstStep").asInt());
      assertEquals("[]", shown.get("undecidedLayers").toString());
      assertEquals("[2,3]", shown.get("away").toString());
      assertEquals("{\"epoch\":1,\"address\":\"planner 7\"}", shown.get("planner").toString());
      assertEquals(table.placement(), MapFiles.read(map).placement());
      String words = CommandLineRun.of("group --zookeeper %s", place()).words();
      assertTrue(words.contains("ranks 2, 3 away; nothing is planned"), words);
      assertTrue(words.contains("version 1 from step 512 on, 2 layers × 8 experts"), words);
      assertTrue(words.contains("epoch 1, planner 7"), words);
    }
  }

  private JsonNode json(String more) throws IOException {
    return CommandLineRun.of("group --zookeeper %s --json" + more, place()).json();
  }

  @Test
  void whereNoGroupHasStartedThatIsSaidAndNothingIsWritten() {
    Path map = folder.resolve("map.json");
    assertRefused(
        "/elsewhere holds no record: no group has started there",
        "group --zookeeper %s --output %s",
        server.address() + "/elsewhere",
        map);
    assertFalse(Files.exists(map));
  }

  @Test
  void aServerThatDoesNotAnswerIsNamed() {
    String gone = server.address();
    server.close();
    assertRefused(
        "ZooKeeper at " + gone + "/eplb did not answer",
        "group --zookeeper %s --session-timeout 1",
        gone);
  }
}
