package io.eplb.cli.pictures;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.cli.CommandLineRun;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdvicePageTest {
  private static final Path DECODING = Path.of("..", "examples", "gptoss20b-decode-steps.npy");

  @TempDir Path folder = Path.of(".");

  @Test
  void thePageHasTheAnswerTheChoicesAndTheNumbersBehindItsPictures() throws Exception {
    Path file = folder.resolve("advice.html");
    CommandLineRun run =
        CommandLineRun.of(
            "advise --trace %s --ranks 8 --steps-per-window 32 --max-redundant 16"
                + " --expert-bytes 13271040 --report %s",
            DECODING, file);
    assertEquals(0, run.code(), run.err());
    assertTrue(run.words().contains("report written to"), run.out());
    ReportPage page = ReportPage.read(file);
    assertTrue(page.html().contains("Yes, balancing pays"), "the answer");
    assertEquals(
        List.of("0", "8", "16"),
        page.table("figures by redundant experts").stream()
            .skip(1)
            .map(row -> row.get(0))
            .toList());
    assertEquals(List.of(0.0, 0.319, 0.637), page.column("memory by redundant experts", "memory"));
    assertTrue(
        page.texts("h2")
            .containsAll(List.of("What to choose", "Policies", "Interval", "Dispatch")));
    assertTrue(page.table("PAR of a step by window and policy").get(0).contains("static"));
    List<String> saving = page.table("PAR of a step by window and policy that saves").get(0);
    assertTrue(saving.contains("incremental"), saving.toString());
    assertFalse(saving.contains("static"), saving.toString());
  }

  @Test
  void aPageWithoutASearchHasTheAnswerAlone() throws Exception {
    Path trace = folder.resolve("flat.json");
    Files.writeString(trace, "[[[5,5]],[[5,5]],[[5,5]],[[5,5]]]");
    Path file = folder.resolve("flat.html");
    assertEquals(
        0, CommandLineRun.of("advise --trace %s --ranks 2 --report %s", trace, file).code());
    ReportPage page = ReportPage.read(file);
    assertTrue(page.html().contains("No, balancing does not pay"), "the answer");
    assertFalse(page.texts("h2").contains("Policies"));
  }
}
