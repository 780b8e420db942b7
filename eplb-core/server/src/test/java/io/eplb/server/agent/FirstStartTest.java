package io.eplb.server.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.ExpertTable;
import io.eplb.api.Placement;
import io.eplb.core.consistency.TableDigest;
import io.eplb.server.agent.AgentRig.Running;
import io.eplb.server.cluster.EndedException;
import io.eplb.server.cluster.LogLines;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The first agreement of three ranks: nobody has created the record. */
class FirstStartTest {
  private static final int RANKS = 3;
  private static final Duration SHORT = Duration.ofMillis(100);

  @TempDir Path path;

  private AgentRig rig;
  private LogLines log;

  @BeforeEach
  void open() {
    rig = new AgentRig(path.resolve("shared"), RANKS);
    log = new LogLines();
  }

  @AfterEach
  void close() {
    rig.close();
    log.close();
  }

  private ExpertTable exchanged(int layer, int first, int second) {
    int[] row = new int[rig.first.physicalExperts()];
    rig.first.placement().copyLayer(layer, row, 0);
    int expert = row[first];
    row[first] = row[second];
    row[second] = expert;
    Placement.Builder placement = Placement.builder(rig.first).setLayer(layer, row, 0);
    return ExpertTable.of(0, rig.first.experts(), placement.build());
  }

  private List<Running> start(ExpertTable... tables) {
    List<Running> agents = new ArrayList<>();
    for (int rank = 0; rank < tables.length; rank++) {
      rig.startEngine(rank);
      agents.add(rig.startAgent(rank, tables[rank], AgentRig.AGES));
    }
    return agents;
  }

  private static void assertRefused(String message, Running agent) {
    assertEquals(message, agent.process().awaitRefusal());
  }

  @Test
  void ranksThatAgreeCreateTheRecordTogether() throws Exception {
    List<HandDrivenEngine> engines = new ArrayList<>();
    List<Running> agents = new ArrayList<>();
    for (int rank = 0; rank < RANKS; rank++) {
      engines.add(rig.startEngine(rank));
      agents.add(rig.startAgent(rank));
    }
    for (int rank = 0; rank < RANKS; rank++) {
      agents.get(rank).process().await(engines.get(rank)::hasTable);
      engines.get(rank).serve();
      agents.get(rank).awaitServing(rig.cluster);
    }
    assertEquals(
        TableDigest.of(rig.first).toText(), rig.cluster.record().orElseThrow().latest().digest());
    assertEquals(
        List.of(0, 1, 2), rig.cluster.members().stream().map(member -> member.rank()).toList());
    assertEquals(List.of(), log.all().stream().filter(line -> line.startsWith("WARN")).toList());
  }

  @Test
  void ranksThatDoNotComeAreNamed() {
    for (int rank : new int[] {0, 2}) {
      rig.startEngine(rank);
    }
    Running first = rig.startAgent(0, rig.first, SHORT);
    Running last = rig.startAgent(2, rig.first, AgentRig.AGES);
    String refused = first.process().awaitRefusal();
    assertTrue(
        refused.startsWith("the group cannot start: ") && refused.contains("rank 1"), refused);
    assertTrue(rig.cluster.record().isEmpty());
    assertTrue(last.agent().whyUnserved().isPresent());
  }

  @Test
  void aMapThatDiffersIsNamedByRankLayerAndSlotOnEveryRank() {
    List<Running> agents = start(rig.first, exchanged(1, 1, 4), rig.first);
    for (Running agent : agents) {
      String message = agent.process().awaitRefusal();
      assertTrue(
          message.contains("the expert table of rank 1 differs from the majority in layer 1")
              && message.contains("first at layer 1, rank 0, slot 1: expert 4, not 1"),
          message);
    }
    assertTrue(rig.cluster.record().isEmpty());
  }

  @Test
  void ranksThatAllDifferAreNamedWithoutAMajority() {
    List<Running> agents = start(rig.first, exchanged(1, 1, 4), exchanged(0, 0, 8));
    String message = agents.get(0).process().awaitRefusal();
    for (Running agent : agents) {
      assertRefused(message, agent);
    }
    for (String named : List.of("rank 0", "rank 1", "rank 2", "layer 0", "layer 1")) {
      assertTrue(message.contains(named), message);
    }
  }

  @Test
  void afterAnAttemptThatFailedTheNextOneSucceeds() throws Exception {
    rig.startEngine(0);
    rig.startAgent(0, rig.first, Duration.ofMillis(1)).process().awaitRefusal();
    List<HandDrivenEngine> engines = new ArrayList<>();
    List<Running> agents = new ArrayList<>();
    for (int rank = 1; rank < RANKS; rank++) {
      engines.add(rig.startEngine(rank));
      agents.add(rig.startAgent(rank));
    }
    Running again = rig.startAgent(0);
    agents.get(0).process().await(engines.get(0)::hasTable);
    agents.get(1).process().await(engines.get(1)::hasTable);
    again.process().await(() -> rig.cluster.record().isPresent());
  }

  @Test
  void aRankThatEndsWhileOthersAreMissingLeaves() {
    rig.startEngine(0);
    Running agent = rig.startAgent(0);
    assertInstanceOf(EndedException.class, agent.process().end());
    assertTrue(rig.cluster.record().isEmpty());
  }
}
