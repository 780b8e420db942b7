package io.eplb.api.kit;

import io.eplb.api.Dispatch;
import io.eplb.api.EpTopology;
import io.eplb.api.MigrationBudget;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A case as a text for a system property, without blanks: {@code
 * seed=1,experts=16,ranks=4,nodes=2,groups=4,slots=5,unequal=EQUAL,first=0,layers=2,windows=1,calls=1,table=INITIAL,load=SKEWED,perLayer=0,perRank=0,dispatch=even}.
 */
final class ScenarioText {
  private ScenarioText() {}

  static String of(Scenario scenario) {
    EpTopology topology = scenario.topology();
    Map<String, Object> parts = new LinkedHashMap<>();
    parts.put("seed", scenario.seed());
    parts.put("experts", topology.experts());
    parts.put("ranks", topology.ranks());
    parts.put("nodes", topology.nodes());
    parts.put("groups", topology.expertGroups());
    parts.put("slots", topology.slotsPerRank());
    parts.put("unequal", scenario.ranksKind());
    parts.put("first", scenario.firstLayer());
    parts.put("layers", scenario.layers());
    parts.put("windows", scenario.windows());
    parts.put("calls", scenario.calls());
    parts.put("table", scenario.tableKind());
    parts.put("load", scenario.loadKind());
    parts.put("perLayer", scenario.budget().maxMovesPerLayer());
    parts.put("perRank", scenario.budget().maxMovesPerRank());
    parts.put("dispatch", scenario.dispatch().label());
    StringBuilder text = new StringBuilder();
    parts.forEach(
        (key, value) ->
            text.append(text.isEmpty() ? "" : ",").append(key).append('=').append(value));
    return text.toString();
  }

  /**
   * Reads a case back.
   *
   * @throws IllegalArgumentException if the text is none that {@link #of} writes
   */
  static Scenario parse(String text) {
    Map<String, String> parts = new LinkedHashMap<>();
    for (String part : text.split(",", -1)) {
      int equals = part.indexOf('=');
      if (equals < 1) {
        throw unreadable(text, "'" + part + "' is not key=value");
      }
      parts.put(part.substring(0, equals), part.substring(equals + 1));
    }
    try {
      return new Scenario(
          Long.parseLong(value(parts, "seed")),
          EpTopology.of(
              number(parts, "experts"),
              number(parts, "ranks"),
              number(parts, "nodes"),
              number(parts, "groups"),
              number(parts, "slots")),
          RanksKind.valueOf(value(parts, "unequal")),
          number(parts, "first"),
          number(parts, "layers"),
          number(parts, "windows"),
          number(parts, "calls"),
          TableKind.valueOf(value(parts, "table")),
          LoadKind.valueOf(value(parts, "load")),
          LoadTwist.NONE,
          MigrationBudget.of(number(parts, "perLayer"), number(parts, "perRank")),
          Dispatch.of(value(parts, "dispatch")));
    } catch (RuntimeException wrong) {
      throw unreadable(text, String.valueOf(wrong.getMessage()));
    }
  }

  private static int number(Map<String, String> parts, String key) {
    return Integer.parseInt(value(parts, key));
  }

  private static String value(Map<String, String> parts, String key) {
    String value = parts.get(key);
    if (value == null) {
      throw new IllegalArgumentException(key + " is missing");
    }
    return value;
  }

  private static IllegalArgumentException unreadable(String text, String why) {
    return new IllegalArgumentException(
        "system property "
            + KitRun.CASE_PROPERTY
            + " is '"
            + text
            + "', which is no case of the kit: "
            + why
            + "; copy it from a failure's message");
  }
}
