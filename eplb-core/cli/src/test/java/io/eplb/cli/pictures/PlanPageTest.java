package io.eplb.cli.pictures;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.eplb.cli.CommandLineRun;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlanPageTest {
  private static final Path RECORDING = Path.of("..", "examples", "glm52-mixed.npy");
  private static final String TWO_WINDOWS =
      "[[[9,1,1,1],[1,1,1,9]],[[3,3,1,1],[1,1,5,5]],[[4,4,4,4],[0,0,0,0]]]";

  @TempDir Path folder = Path.of(".");

  @Test
  void thePageHasItsSectionsInOrderAndNeedsNothingBesideItself() throws Exception {
    ReportPage page = example(folder.resolve("plan.html"), "").page();
    page.check();
    assertEquals(
        List.of(
            "Ranks by layer",
            "PAR by layer",
            "The hottest layers",
            "Experts to replicate",
            "PAR window by window",
            "Experts moved by rank",
            "How to read this",
            "How this was made"),
        page.texts("h2"));
    assertEquals(
        List.of("Before, sum of 8 windows", "After, sum of 8 windows", "After, window 1 alone"),
        page.texts("h3"));
    assertEquals(4, page.all("figure").size());
  }

  @Test
  void theNumbersInTheTablesAreThoseOfTheJsonReport() throws Exception {
    Drawn drawn = example(folder.resolve("plan.html"), "--expert-bytes 44040192 --link-gbps 200");
    JsonNode json = drawn.json();
    ReportPage page = drawn.page();
    List<Double> after = page.column("PAR by window", "after");
    List<Double> p95 = page.column("PAR by window", "after, p95 over layers");
    assertEquals(8, json.at("/parPerWindow/windows").size());
    double worst = 0;
    double sum = 0;
    for (int window = 0; window < 8; window++) {
      JsonNode figures = json.at("/parPerWindow/windows").get(window);
      assertEquals(window, figures.get("window").asInt());
      assertEquals(figures.at("/after/mean").asDouble(), after.get(window), 5e-5);
      assertEquals(figures.at("/after/p95").asDouble(), p95.get(window), 5e-5);
      worst = Math.max(worst, figures.at("/after/mean").asDouble());
      sum += figures.at("/after/mean").asDouble();
    }
    assertEquals(sum / 8, json.at("/parPerWindow/after/mean").asDouble(), 1e-12);
    assertEquals(worst, json.at("/parPerWindow/after/worst").asDouble());
    assertEquals(sum / 8, mean(page.column("PAR by layer", "after")), 5e-5);
    assertEquals(
        json.at("/parAfter/mean").asDouble(),
        mean(page.column("PAR by layer", "after, sum")),
        5e-5);
    String heat = "the hottest and the coldest rank of each layer";
    assertEquals(
        json.at("/parBefore/max").asDouble(),
        Collections.max(page.column(heat, "Before, sum of 8 windows: hottest")),
        5e-5);
    assertEquals(
        json.at("/parAfter/max").asDouble(),
        Collections.max(page.column(heat, "After, sum of 8 windows: hottest")),
        5e-5);
    assertEquals(
        json.at("/expertsMoved/total").asDouble(),
        page.column("moves by rank", "experts received").stream().mapToDouble(each -> each).sum());
    assertEquals(
        json.at("/bytes/total").asDouble(),
        page.column("moves by rank", "bytes received").stream().mapToDouble(each -> each).sum());
    assertEquals(
        44040192.0 * json.at("/expertsMoved/total").asLong(), json.at("/bytes/total").asDouble());
    assertTrue(json.get("seconds").asDouble() >= json.get("secondsLowerBound").asDouble());
  }

  @Test
  void theHeadlineIsThatOfOneWindow() throws Exception {
    Drawn drawn = example(folder.resolve("plan.html"), "");
    String lead = drawn.page().texts("p").get(0);
    JsonNode par = drawn.json().at("/parPerWindow");
    assertTrue(
        lead.startsWith(
            "The plan lowers PAR from %s to %s in one window"
                .formatted(shown(par.at("/before/mean")), shown(par.at("/after/mean")))),
        lead);
    assertTrue(
        lead.contains("to %s in the worst one".formatted(shown(par.at("/after/worst")))), lead);
  }

  @Test
  void thePrintedReportBeginsWithPlansInOneWindow() throws Exception {
    CommandLineRun run =
        CommandLineRun.of(
            "plan --load %s --ranks 32 --redundant-experts 32 --output %s",
            RECORDING, folder.resolve("map.json"));
    assertEquals(0, run.code(), run.err());
    String flat = run.out().replaceAll(" +", " ");
    assertTrue(
        flat.contains(
            "window by window mean worst\nPAR before 1.6405 1.6549 window 0\nPAR after 1.1517 1.1736 window 1\n"),
        flat);
    assertTrue(flat.contains("their sum mean p95 max\nPAR before 1.6061 1.9824 2.0826\n"), flat);
    CommandLineRun single =
        CommandLineRun.of(
            "plan --load %s --window 3 --ranks 32 --output %s",
            RECORDING, folder.resolve("single.json"));
    assertFalse(single.out().contains("window"), single.out());
  }

  @Test
  void theFootSaysWhatWasRun() throws Exception {
    Path report = folder.resolve("a plan's.html");
    ReportPage page = example(report, "--seed 7").page();
    List<String> facts = page.texts("dd");
    String command = facts.get(facts.size() - 4);
    assertTrue(
        command.startsWith("eplb plan --load ../examples/glm52-mixed.npy --ranks 32 "), command);
    assertTrue(
        command.contains(" --report '" + report.toString().replace("'", "'\\''") + "'"), command);
    assertTrue(facts.get(facts.size() - 3).startsWith("eplb "));
    assertEquals("7", facts.get(facts.size() - 2));
    assertTrue(facts.get(facts.size() - 1).endsWith(" UTC"));
    assertEquals(
        List.of("../examples/glm52-mixed.npy", sha256(Files.readAllBytes(RECORDING))),
        page.table("Inputs").get(1));
  }

  @Test
  void aLoadFromStandardInputHasADigestToo() throws Exception {
    byte[] load = TWO_WINDOWS.getBytes(StandardCharsets.UTF_8);
    InputStream before = System.in;
    Path report = folder.resolve("plan.html");
    try {
      System.setIn(new ByteArrayInputStream(load));
      CommandLineRun run =
          CommandLineRun.of(
              "plan --load - --ranks 2 --output %s --report %s",
              folder.resolve("map.json"), report);
      assertEquals(0, run.code(), run.err());
    } finally {
      System.setIn(before);
    }
    assertEquals(
        List.of("standard input", sha256(load)), ReportPage.read(report).table("Inputs").get(1));
  }

  @Test
  void theHottestLayersAreNamedWithTheirExpertsAndReplicas() throws Exception {
    ReportPage page = small("--redundant-experts 2");
    List<List<String>> rows = page.table("The layers with the greatest PAR before the plan");
    assertEquals(3, rows.size());
    // Over the three windows layer 0 has 16, 8, 6, 6 tokens, layer 1 has 2, 2, 6, 14.
    List<String> last = rows.get(1);
    assertEquals("1", last.get(0));
    assertTrue(last.get(5).startsWith("3 (58.3 %, 1 → 2)"), last.toString());
    assertTrue(rows.get(2).get(5).startsWith("0 (44.4 %, 2 → "), rows.toString());
  }

  @Test
  void layersHaveTheModelsOwnNumbers() throws Exception {
    ReportPage page = small("--first-moe-layer 3 --output-format trtllm");
    assertEquals(List.of("3", "4"), names(page, "PAR by layer"));
    assertEquals(List.of("3", "4"), names(page, "the hottest and the coldest rank of each layer"));
  }

  @Test
  void aSingleWindowIsDrawnWithoutComparisons() throws Exception {
    ReportPage page = small("--window 0");
    page.check();
    assertFalse(page.texts("h2").contains("PAR window by window"));
    assertEquals(List.of("Before, load", "After, load"), page.texts("h3"));
  }

  @Test
  void aDeadRankIsDrawnAndNamed() throws Exception {
    Path load = Files.writeString(folder.resolve("load.json"), TWO_WINDOWS);
    Path report = folder.resolve("plan.html");
    CommandLineRun run =
        CommandLineRun.of(
            "plan --load %s --ranks 4 --redundant-experts 4 --failed 2 --output %s --report %s",
            load, folder.resolve("map.json"), report);
    assertEquals(0, run.code(), run.err());
    ReportPage page = ReportPage.read(report);
    page.check();
    assertTrue(page.texts("p").contains("Hatched: a rank that is dead."));
    assertFalse(page.html().contains("NaN"));
  }

  @Test
  void hostileNamesStayTexts() throws Exception {
    String hostile = "<script>alert(1)<!--\"'&\u202e]]>";
    Path load = Files.writeString(folder.resolve(hostile.replace('/', '_') + ".json"), TWO_WINDOWS);
    Path report = folder.resolve("plan.html");
    CommandLineRun run =
        CommandLineRun.of(
            "plan --load %s --ranks 2 --output %s --report %s",
            load, folder.resolve("map.json"), report);
    assertEquals(0, run.code(), run.err());
    ReportPage page = ReportPage.read(report);
    page.check();
    assertTrue(page.table("Inputs").get(1).get(0).contains("<script>alert(1)<!--\"'&?]]>"));
    assertFalse(page.html().contains("<script>"));
    assertFalse(page.html().contains("\u202e"));
  }

  @Test
  void nothingIsReplacedUnlessForced() throws Exception {
    Path load = Files.writeString(folder.resolve("load.json"), TWO_WINDOWS);
    Path report = Files.writeString(folder.resolve("plan.html"), "mine");
    Path map = folder.resolve("map.json");
    String line = "plan --load %s --ranks 2 --output %s --report %s";
    CommandLineRun.assertRefused("exists already; --force replaces it", line, load, map, report);
    CommandLineRun.assertRefused("is the input", line + " --force", load, map, load);
    CommandLineRun.assertRefused("is named for two outputs", line, load, map, map);
    CommandLineRun.assertRefused(
        "is named for two outputs", line, load, map, folder.resolve(".").resolve("map.json"));
    CommandLineRun.assertRefused("is named for two outputs", line, load, "-", "-");
    CommandLineRun.assertRefused("its folder does not exist", line, load, map, "none/plan.html");
    assertFalse(Files.exists(map));
    assertEquals("mine", Files.readString(report));
    assertEquals(TWO_WINDOWS, Files.readString(load));
    CommandLineRun forced = CommandLineRun.of(line + " --force", load, map, report);
    assertEquals(0, forced.code(), forced.err());
    assertTrue(forced.out().contains("report written to " + report), forced.out());
    ReportPage.read(report).check();
  }

  @Test
  void theMapIsTheSameWithAReportAndWithout() throws Exception {
    Path load = Files.writeString(folder.resolve("load.json"), TWO_WINDOWS);
    Path with = folder.resolve("with.json");
    Path without = folder.resolve("without.json");
    CommandLineRun.of("plan --load %s --ranks 2 --output %s", load, without);
    CommandLineRun.of(
        "plan --load %s --ranks 2 --output %s --report %s", load, with, folder.resolve("r.html"));
    assertEquals(Files.readString(without), Files.readString(with));
  }

  private record Drawn(JsonNode json, ReportPage page) {}

  private Drawn example(Path report, String options) throws Exception {
    CommandLineRun run =
        CommandLineRun.of(
            ("plan --load %s --ranks 32 --redundant-experts 32 --output %s --json --report %s "
                    + options)
                .strip(),
            RECORDING,
            folder.resolve("map.json"),
            report);
    return new Drawn(run.json(), ReportPage.read(report));
  }

  private ReportPage small(String options) throws Exception {
    Path load = Files.writeString(folder.resolve("load.json"), TWO_WINDOWS);
    Path report = folder.resolve("plan.html");
    CommandLineRun run =
        CommandLineRun.of("plan --load %s --ranks 2 --report %s " + options, load, report);
    assertEquals(0, run.code(), run.err());
    return ReportPage.read(report);
  }

  private static List<String> names(ReportPage page, String caption) {
    return page.table(caption).stream().skip(1).map(row -> row.get(0)).toList();
  }

  private static double mean(List<Double> values) {
    return values.stream().mapToDouble(each -> each).average().orElseThrow();
  }

  private static String shown(JsonNode figure) {
    return String.format(java.util.Locale.ROOT, "%.3f", figure.asDouble());
  }

  private static String sha256(byte[] content) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
  }
}
