package io.eplb.server.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.common.base.Splitter;
import com.google.common.collect.SetMultimap;
import com.google.common.collect.TreeMultimap;
import io.eplb.server.observe.PlanRecord;
import io.eplb.server.observe.RejectedLayer;
import io.eplb.server.observe.RoundRecord;
import io.eplb.server.observe.SmallPlans;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The dashboard in the docs shows what the service exports. */
class GrafanaDashboardTest {
  private static final Path DASHBOARD = Path.of("../docs/grafana-dashboard.json");
  private static final Path DOCUMENT = Path.of("../docs/monitoring.md");
  private static final Pattern ROW = Pattern.compile("\\| `(eplb_[a-z_]+)` \\|([^|]*)\\|.*");
  private static final Pattern METRIC =
      Pattern.compile("\\b((?:eplb|jvm)_[a-z_]+)\\b(?:\\{([^}]*)})?");
  private static final Pattern GROUPING = Pattern.compile("\\bby \\(([^)]*)\\)");
  private static final Pattern SERIES = Pattern.compile("^([a-z_]+)(?:\\{([^}]*)})? .*");
  private static final Pattern LABEL = Pattern.compile("\\b([a-z]+)=~?\"([^\"]*)\"");
  private static final Pattern VARIABLE = Pattern.compile("label_values\\((.*), ([a-z]+)\\)");
  private static final Pattern LEGEND = Pattern.compile("\\{\\{([a-z]+)}}");

  private final JsonNode dashboard;
  private final SetMultimap<String, String> labels = TreeMultimap.create();
  private final Set<String> pairs = new HashSet<>();

  GrafanaDashboardTest() throws IOException {
    dashboard = new ObjectMapper().readTree(DASHBOARD.toFile());
    for (String line : Splitter.on('\n').split(scrape())) {
      Matcher series = SERIES.matcher(line);
      if (series.matches()) {
        labels.put(series.group(1), "");
        Matcher label = LABEL.matcher(series.group(2) == null ? "" : series.group(2));
        while (label.find()) {
          labels.put(series.group(1), label.group(1));
          pairs.add(series.group(1) + " " + label.group(1) + " " + label.group(2));
        }
      }
    }
  }

  @Test
  void everyMetricLabelAndWordOfTheDashboardIsExported() {
    List<JsonNode> targets = targets();
    assertTrue(targets.size() >= 25, targets.size() + " queries");
    for (JsonNode target : targets) {
      String query = target.get("expr").asText();
      Set<String> used = new TreeSet<>();
      Matcher metric = METRIC.matcher(query);
      while (metric.find()) {
        assertTrue(labels.containsKey(metric.group(1)), metric.group(1) + " is not exported");
        used.add(metric.group(1));
        Matcher label = LABEL.matcher(metric.group(2) == null ? "" : metric.group(2));
        while (label.find()) {
          String name = label.group(1);
          assertTrue(labels.get(metric.group(1)).contains(name), query + " has no label " + name);
          assertTrue(
              label.group(2).startsWith("$")
                  || pairs.contains(metric.group(1) + " " + name + " " + label.group(2)),
              query + " has no " + name + " " + label.group(2));
        }
      }
      assertEquals(false, used.isEmpty(), query);
      Matcher grouping = GROUPING.matcher(query);
      while (grouping.find()) {
        for (String name : Splitter.on(", ").split(grouping.group(1))) {
          used.forEach(
              of -> assertTrue(labels.get(of).contains(name), of + " has no label " + name));
        }
      }
      Matcher legend = LEGEND.matcher(target.get("legendFormat").asText());
      while (legend.find()) {
        used.forEach(
            of ->
                assertTrue(
                    labels.get(of).contains(legend.group(1)),
                    of + " has no label " + legend.group(1)));
      }
    }
  }

  @Test
  void everyMetricOfTheServiceIsOnTheDashboard() {
    String queries =
        targets().stream()
            .map(target -> target.get("expr").asText())
            .collect(Collectors.joining("\n"));
    Set<String> forgotten =
        labels.keySet().stream()
            .filter(name -> name.startsWith("eplb_"))
            .filter(name -> !Pattern.compile("\\b" + name + "\\b").matcher(queries).find())
            .collect(Collectors.toCollection(TreeSet::new));

    assertEquals(Set.of(), forgotten);
  }

  @Test
  void everyMetricOfTheServiceIsInTheDocsWithItsLabels() throws IOException {
    Map<String, Set<String>> documented = new TreeMap<>();
    for (String line : Files.readAllLines(DOCUMENT)) {
      Matcher row = ROW.matcher(line);
      if (row.matches()) {
        documented.put(
            row.group(1),
            new TreeSet<>(
                Splitter.on(',').trimResults().omitEmptyStrings().splitToList(row.group(2))));
      }
    }
    Map<String, Set<String>> exported = new TreeMap<>();
    for (String name : labels.keySet()) {
      if (name.startsWith("eplb_")) {
        Set<String> own = new TreeSet<>(labels.get(name));
        own.removeAll(Set.of("", "le"));
        exported.put(name.replaceFirst("(?<=_seconds)_(bucket|count|sum|max)$", ""), own);
      }
    }

    assertEquals(exported, documented);
  }

  @Test
  void theVariablesAreReadFromLabelsThatExist() {
    int read = 0;
    for (JsonNode variable : dashboard.get("templating").get("list")) {
      Matcher query = VARIABLE.matcher(variable.path("definition").asText());
      if (query.matches()) {
        Matcher metric = METRIC.matcher(query.group(1));
        assertTrue(metric.find(), query.group(1));
        assertTrue(labels.get(metric.group(1)).contains(query.group(2)), query.group(0));
        read++;
      }
    }
    assertEquals(2, read);
  }

  @Test
  void noTwoPanelsOverlapOrShareAnId() {
    Set<Integer> ids = new HashSet<>();
    Set<String> cells = new HashSet<>();
    for (JsonNode panel : panels(dashboard)) {
      assertTrue(ids.add(panel.get("id").asInt()), panel.get("title") + " has no id of its own");
      JsonNode place = panel.get("gridPos");
      assertTrue(place.get("x").asInt() + place.get("w").asInt() <= 24);
      for (int x = place.get("x").asInt();
          x < place.get("x").asInt() + place.get("w").asInt();
          x++) {
        for (int y = place.get("y").asInt();
            y < place.get("y").asInt() + place.get("h").asInt();
            y++) {
          assertTrue(cells.add(x + " " + y), panel.get("title") + " overlaps another");
        }
      }
    }
  }

  private List<JsonNode> targets() {
    List<JsonNode> targets = new ArrayList<>();
    panels(dashboard).forEach(panel -> panel.path("targets").forEach(targets::add));
    return targets;
  }

  private static List<JsonNode> panels(JsonNode parent) {
    List<JsonNode> panels = new ArrayList<>();
    for (JsonNode panel : parent.get("panels")) {
      panels.add(panel);
      if (panel.has("panels")) {
        panels.addAll(panels(panel));
      }
    }
    return panels;
  }

  /** Returns the figures of a service in which everything has happened once. */
  private static String scrape() {
    try (ServiceMetrics metrics = new ServiceMetrics()) {
      metrics.planned(
          SmallPlans.of(
              "a",
              "2x4",
              1,
              PlanRecord.Outcome.CHANGED,
              "",
              List.of(new RejectedLayer(0, "P4", "…"))));
      metrics.roundDecided(
          new RoundRecord("a", 1, Instant.EPOCH, 2, true, true, List.of(), List.of(), ""));
      metrics.answered("/metrics", 200);
      metrics.watch(() -> 1, () -> 1);
      return metrics.scrape(true);
    }
  }
}
