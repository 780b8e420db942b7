package io.eplb.server.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.common.base.Splitter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Dashboards, alerts and tables of the docs show what the processes export. */
class GrafanaDashboardTest {
  private static final Path DOCS = Path.of("../docs");
  private static final Pattern ROW = Pattern.compile("\\| `(eplb_[a-z_]+)` \\|([^|]*)\\|.*");
  private static final Pattern VARIABLE = Pattern.compile("label_values\\((.*), ([a-z]+)\\)");
  private static final Pattern LEGEND = Pattern.compile("\\{\\{([a-z]+)}}");
  private static final Pattern ALERT = Pattern.compile(" *- alert: (\\w+)");
  private static final Pattern EXPRESSION = Pattern.compile(" *expr: (.*)");
  private static final Pattern NAMED = Pattern.compile("\\$labels\\.([a-z]+)");

  private enum Board {
    SERVICE("grafana-dashboard.json", 25, 2),
    PROCESSES("grafana-processes.json", 25, 1);

    private final String file;
    private final int queries;
    private final int variables;

    Board(String file, int queries, int variables) {
      this.file = file;
      this.queries = queries;
      this.variables = variables;
    }

    JsonNode content() throws IOException {
      return new ObjectMapper().readTree(DOCS.resolve(file).toFile());
    }

    Scraped scraped() {
      return new Scraped(
          switch (this) {
            case SERVICE -> SampleScrapes.service();
            case PROCESSES -> SampleScrapes.processes();
          });
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyMetricLabelAndWordOfTheDashboardIsExported(Board board) throws IOException {
    Scraped scraped = board.scraped();
    List<JsonNode> targets = targets(board.content());
    assertTrue(targets.size() >= board.queries, targets.size() + " queries");
    for (JsonNode target : targets) {
      Set<String> used = scraped.metrics(target.get("expr").asText());
      Matcher legend = LEGEND.matcher(target.get("legendFormat").asText());
      while (legend.find()) {
        used.forEach(
            of ->
                assertTrue(
                    scraped.hasLabel(of, legend.group(1)),
                    of + " has no label " + legend.group(1)));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyMetricOfTheProcessIsOnTheDashboard(Board board) throws IOException {
    String queries =
        targets(board.content()).stream()
            .map(target -> target.get("expr").asText())
            .collect(Collectors.joining("\n"));
    Set<String> forgotten =
        board.scraped().names().stream()
            .filter(name -> !Pattern.compile("\\b" + name + "\\b").matcher(queries).find())
            .collect(Collectors.toCollection(TreeSet::new));

    assertEquals(Set.of(), forgotten);
  }

  @Test
  void everyMetricIsInTheDocsWithItsLabels() throws IOException {
    Map<String, Set<String>> documented = new TreeMap<>();
    for (String line : Files.readAllLines(DOCS.resolve("monitoring.md"))) {
      Matcher row = ROW.matcher(line);
      if (row.matches()) {
        documented.put(
            row.group(1),
            new TreeSet<>(
                Splitter.on(',').trimResults().omitEmptyStrings().splitToList(row.group(2))));
      }
    }
    Map<String, Set<String>> exported = new TreeMap<>();
    for (Board board : Board.values()) {
      Scraped scraped = board.scraped();
      for (String name : scraped.names()) {
        exported.put(
            name.replaceFirst("(?<=_seconds)_(bucket|count|sum|max)$", ""), scraped.labels(name));
      }
    }

    assertEquals(exported, documented);
  }

  @Test
  void everyAlertAsksForWhatIsExportedAndNamesItsLabels() throws IOException {
    Scraped scraped = new Scraped(SampleScrapes.service() + SampleScrapes.processes());
    Set<String> names = new HashSet<>();
    int expressions = 0;
    Set<String> used = Set.of();
    for (String line : Files.readAllLines(DOCS.resolve("prometheus-alerts.yml"))) {
      Matcher alert = ALERT.matcher(line);
      if (alert.matches()) {
        assertTrue(names.add(alert.group(1)), alert.group(1) + " is there twice");
      }
      Matcher expression = EXPRESSION.matcher(line);
      if (expression.matches()) {
        used = scraped.metrics(expression.group(1));
        expressions++;
      }
      Matcher named = NAMED.matcher(line);
      while (named.find()) {
        for (String metric : used) {
          assertTrue(
              named.group(1).equals("instance") || scraped.hasLabel(metric, named.group(1)),
              metric + " has no label " + named.group(1));
        }
      }
    }
    assertEquals(names.size(), expressions, "each alert has its expression on one line");
    assertTrue(expressions >= 10, expressions + " alerts");
  }

  @ParameterizedTest
  @EnumSource
  void theVariablesAreReadFromLabelsThatExist(Board board) throws IOException {
    Scraped scraped = board.scraped();
    int read = 0;
    for (JsonNode variable : board.content().get("templating").get("list")) {
      Matcher query = VARIABLE.matcher(variable.path("definition").asText());
      if (query.matches()) {
        for (String metric : scraped.metrics(query.group(1))) {
          assertTrue(scraped.hasLabel(metric, query.group(2)), query.group(0));
        }
        read++;
      }
    }
    assertEquals(board.variables, read);
  }

  @ParameterizedTest
  @EnumSource
  void noTwoPanelsOverlapOrShareAnId(Board board) throws IOException {
    Set<Integer> ids = new HashSet<>();
    Set<String> cells = new HashSet<>();
    for (JsonNode panel : panels(board.content())) {
      assertTrue(ids.add(panel.get("id").asInt()), panel.get("title") + " has no id of its own");
      assertFalse(panel.get("title").asText().isBlank());
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

  private static List<JsonNode> targets(JsonNode dashboard) {
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
}
