package io.eplb.cli.processes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.eplb.cli.CommandLineRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * The demonstration with many ranks on one machine: 32 engines, 32 agents, two planners and
 * ZooKeeper. It takes minutes; {@code -Deplb.demo.ranks=N} asks for it, and the profile {@code
 * faults} for 32 ranks.
 */
@EnabledIfSystemProperty(named = ManyRanksIT.PROPERTY, matches = "[1-9][0-9]*")
class ManyRanksIT {
  static final String PROPERTY = "eplb.demo.ranks";

  private static final int RANKS = Integer.getInteger(PROPERTY, 0);

  /** A process of each kind. */
  private static final int KILLS = DemoCluster.Party.values().length;

  @Test
  void manyRanksServeAndSwitchWhileOneProcessOfEachKindIsKilled() throws Exception {
    JsonNode report =
        CommandLineRun.of("demo --processes %s --step-millis 100 --json", RANKS).json();
    assertTrue(report.get("fault").isNull(), report.toString());
    assertEquals(RANKS, report.get("ranks").asInt());
    assertEquals(KILLS, report.get("kills").size());
    assertEquals(RANKS + 1, report.get("engineStarts").asInt());
    assertTrue(report.get("versions").asLong() >= 2 + 2 * KILLS, report.toString());
  }
}
