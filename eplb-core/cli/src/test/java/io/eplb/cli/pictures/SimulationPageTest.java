package io.eplb.cli.pictures;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.eplb.cli.CommandLineRun;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SimulationPageTest {
  private static final Path RECORDING = Path.of("..", "examples", "glm52-mixed.npy");
  private static final Path DECODING = Path.of("..", "examples", "gptoss20b-decode-steps.npy");
  private static final String SMALL =
      "[[[9,1,1,1],[1,1,1,9]],[[3,3,1,1],[1,1,5,5]],[[4,4,4,4],[0,0,0,0]]]";

  @TempDir Path folder = Path.of(".");

  @Test
  void thePageHasItsSectionsInOrderAndNeedsNothingBesideItself() throws Exception {
    ReportPage page = ReportPage.read(example("default,flashlb,static"));
    page.check();
    assertEquals(
        List.of(
            "Summary",
            "PAR on the next window",
            "Spread over the layers",
            "Experts moved",
            "PAR by layer",
            "Ranks by layer in the last window",
            "The hottest layers",
            "How to read this",
            "How this was made"),
        page.texts("h2"));
    assertEquals(
        List.of("A default", "B flashlb", "C static", "Start", "A default", "B flashlb"),
        page.texts("h3"));
  }

  @Test
  void theNumbersInTheTablesAreThoseOfTheJsonReport() throws Exception {
    Path report = folder.resolve("report.html");
    CommandLineRun run =
        CommandLineRun.of(
            "simulate --trace %s --ranks 32 --redundant-experts 32 --policies default,static --json"
                + " --expert-bytes 1000000 --report %s",
            RECORDING, report);
    JsonNode json = run.json();
    ReportPage page = ReportPage.read(report);
    for (JsonNode policy : json.get("policies")) {
      String label = policy.get("label").asText();
      String spread = "PAR on the next window: percentiles over layers";
      double gigabytes = 0;
      for (int window = 0; window < 7; window++) {
        JsonNode figures = policy.get("windows").get(window);
        same(
            figures.get("parNextWindow"),
            page.column("PAR on the next window, mean over layers", label).get(window));
        same(figures.get("parNextWindow"), page.column(spread, label + ", mean").get(window));
        same(figures.get("parNextWindowP5"), page.column(spread, label + ", p5").get(window));
        same(figures.get("parNextWindowP95"), page.column(spread, label + ", p95").get(window));
        same(
            figures.get("lowerBoundNextWindow"),
            page.column("PAR on the next window, mean over layers", "lower bound").get(window));
        assertEquals(
            figures.get("movedPerLayer").asDouble(),
            page.column("experts moved per layer", label).get(window),
            5e-3);
        gigabytes += figures.get("bytesMoved").asDouble() / 1e9;
        assertEquals(
            figures.get("movedPerLayer").asDouble() * 75 * 1e6,
            figures.get("bytesMoved").asDouble(),
            1.0);
        assertEquals(gigabytes, page.column("GB moved so far", label).get(window), 5e-4);
      }
      for (int layer = 0; layer < 75; layer++) {
        same(
            policy.get("parNextWindowPerLayer").get(layer),
            page.column("PAR by layer, mean over windows", label).get(layer));
      }
    }
    List<String> first = page.table("Summary").get(1);
    assertEquals("A default", first.get(0));
    same(json.at("/policies/0/parNextWindow/mean"), Double.parseDouble(first.get(1)));
  }

  @Test
  void singleStepsHaveASectionWithTheNumbersOfTheJsonReport() throws Exception {
    Path report = folder.resolve("report.html");
    CommandLineRun run =
        CommandLineRun.of(
            "simulate --trace %s --ranks 8 --redundant-experts 8 --policies default,static --json"
                + " --steps-per-window 32 --measure activated --step-time 20,0.05,6 --dispatch lp"
                + " --expert-bytes 13000000 --link-gbps 400 --report %s",
            DECODING, report);
    JsonNode json = run.json();
    ReportPage page = ReportPage.read(report);
    page.check();
    assertEquals("Single steps", page.texts("h2").get(3));
    String lead = page.texts("p").get(0);
    assertTrue(lead.contains(" under the dispatch lp, mean over"), lead);
    assertTrue(lead.contains("In single steps it is 1."), lead);
    List<List<String>> summary = page.table("Single steps");
    assertEquals(
        List.of(
            "policy",
            "PAR of a step, mean",
            "PAR of a step, p50",
            "PAR of a step, p95",
            "PAR of a step, p99",
            "most read ÷ mean, mean",
            "most read ÷ mean, p95",
            "µs of a step, mean",
            "µs of a step, p99",
            "µs of a step, + moves",
            "µs of moves, first",
            "µs of moves, later",
            "paid after steps, first",
            "paid after steps, later"),
        summary.get(0));
    JsonNode planned = json.at("/policies/0");
    same(planned.at("/parPerStep/p99"), Double.parseDouble(summary.get(1).get(4)));
    same(planned.at("/activatedPerStep/mean"), Double.parseDouble(summary.get(1).get(5)));
    String bands = "PAR of single steps: percentiles over layers and steps";
    for (int window = 0; window < 7; window++) {
      JsonNode figures = planned.get("windows").get(window);
      same(figures.get("parPerStep"), page.column(bands, "default, mean").get(window));
      same(figures.get("parPerStepP5"), page.column(bands, "default, p5").get(window));
      same(figures.get("parPerStepP95"), page.column(bands, "default, p95").get(window));
      assertEquals(
          figures.get("stepMicros").asDouble(),
          page.column("Predicted µs of a step, mean", "default").get(window),
          0.051);
    }
    for (int layer = 0; layer < 24; layer++) {
      assertEquals(
          planned.at("/stepMicrosPerLayer/" + layer).asDouble(),
          page.column("Predicted µs of a layer, mean", "default").get(layer),
          0.0051);
    }
  }

  @Test
  void theHeadlineIsThatOfTheNextWindow() throws Exception {
    ReportPage page = ReportPage.read(example("default,static"));
    String lead = page.texts("p").get(0);
    assertTrue(lead.startsWith("On the window after each plan, default has a PAR of 1."), lead);
    assertTrue(lead.contains("without any plan it is 1.638"), lead);
  }

  @Test
  void theZoomLeavesOutStatic() throws Exception {
    ReportPage page = ReportPage.read(example("default,flashlb,static"));
    assertEquals(
        List.of("window", "default", "flashlb"),
        page.table("PAR on the next window without the references").get(0));
    ReportPage alone = ReportPage.read(example("static"));
    alone.check();
    assertFalse(alone.html().contains("without the references"));
  }

  @Test
  void aReferenceAloneAndAnIdleLayerAreDrawn() throws Exception {
    Path trace = Files.writeString(folder.resolve("trace.json"), SMALL);
    Path report = folder.resolve("report.html");
    CommandLineRun run =
        CommandLineRun.of(
            "simulate --trace %s --ranks 2 --policies static --report %s", trace, report);
    assertEquals(0, run.code(), run.err());
    ReportPage page = ReportPage.read(report);
    page.check();
    assertFalse(page.html().contains("NaN"));
    assertFalse(page.html().contains("Infinity"));
  }

  @Test
  void hostileNamesStayTexts() throws Exception {
    Path trace = Files.writeString(folder.resolve("<b>&\"'.json"), SMALL);
    Path report = folder.resolve("report.html");
    CommandLineRun run =
        CommandLineRun.of(
            "simulate --trace %s --ranks 2 --policies static --report %s", trace, report);
    assertEquals(0, run.code(), run.err());
    ReportPage page = ReportPage.read(report);
    page.check();
    assertTrue(page.texts("dd").stream().anyMatch(text -> text.contains("<b>&\"'.json")));
    assertFalse(page.html().contains("<b>&"));
  }

  @Test
  void nothingIsReplacedUnlessForced() throws Exception {
    Path trace = Files.writeString(folder.resolve("trace.json"), SMALL);
    Path report = Files.writeString(folder.resolve("report.html"), "mine");
    String line = "simulate --trace %s --ranks 2 --policies static --report %s";
    CommandLineRun.assertRefused("--force", line, trace, report);
    assertEquals("mine", Files.readString(report));
    CommandLineRun run = CommandLineRun.of(line + " --force", trace, report);
    assertEquals(0, run.code(), run.err());
    assertTrue(run.out().contains("report written to " + report), run.out());
  }

  @Test
  void aLongRecordingOfALargeModelMakesASmallFile() throws Exception {
    Random random = new Random(5);
    StringBuilder json = new StringBuilder("[");
    for (int window = 0; window < 101; window++) {
      json.append(window == 0 ? "[" : ",[");
      for (int layer = 0; layer < 75; layer++) {
        json.append(layer == 0 ? "[" : ",[");
        for (int expert = 0; expert < 256; expert++) {
          json.append(expert == 0 ? "" : ",").append(random.nextInt(1000));
        }
        json.append(']');
      }
      json.append(']');
    }
    Path trace = Files.writeString(folder.resolve("trace.json"), json.append(']'));
    Path report = folder.resolve("report.html");
    CommandLineRun run =
        CommandLineRun.of(
            "simulate --trace %s --ranks 32 --redundant-experts 32 --policies"
                + " static,random,default,global,hierarchical,"
                + "default:exact-reference=true,global:exact-reference=true,hierarchical:exact-reference=true"
                + " --duplicates allow --expert-bytes 44040192 --report %s",
            trace, report);
    assertEquals(0, run.code(), run.err());
    ReportPage.read(report).check();
    assertTrue(Files.size(report) < 1_000_000, Files.size(report) + " bytes");
  }

  private Path example(String policies) {
    Path report = folder.resolve("report.html");
    CommandLineRun run =
        CommandLineRun.of(
            "simulate --trace %s --ranks 32 --redundant-experts 32 --policies %s --force --report %s",
            RECORDING, policies, report);
    assertEquals(0, run.code(), run.err());
    return report;
  }

  private static void same(JsonNode figure, double shown) {
    assertEquals(figure.asDouble(), shown, 5e-5);
  }
}
