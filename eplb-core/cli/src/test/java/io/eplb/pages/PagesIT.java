package io.eplb.pages;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every command of every page, run by the built launcher in a folder of its own. What was printed
 * stands in {@code target/pages}. Skipped where bash, curl or a Python with NumPy is missing,
 * unless {@code EPLB_REQUIRE_ALL=1}.
 */
class PagesIT {
  private static final Path PRINTED = Path.of("target", "pages").toAbsolutePath();
  private static final String PYTHON =
      System.getenv().getOrDefault("EPLB_PYTHON", "/usr/bin/python3");

  /** So many blocks at most may need what a test does not have. */
  private static final int MOST_NOT_RUN = 18;

  /** So many commands at least, lest the test pass on nothing. */
  private static final int LEAST_STEPS = 25;

  @TempDir private Path folder;

  /** Pages that are not run here: the template builds for minutes, by .ci/check-template. */
  private static final List<String> ELSEWHERE =
      List.of(".github/CONTRIBUTING.md", "eplb-policy-template/README.md");

  static List<String> pages() throws IOException {
    return Tree.pages().stream().filter(page -> !ELSEWHERE.contains(page)).toList();
  }

  @ParameterizedTest
  @MethodSource("pages")
  void everyCommandOfThePageRunsAndPrintsWhatThePageShows(String name) throws Exception {
    Page page = read(name);
    assertEquals(List.of(), page.faults());
    List<PageStep> steps = page.steps();
    assumeTools();
    layOut();
    Files.createDirectories(PRINTED);
    Path log = PRINTED.resolve(name.replace('/', '-').replace(".md", ".txt"));
    List<PageShell.Ended> ended = new PageShell(folder, log).run(steps);
    List<Executable> judgements = new ArrayList<>();
    for (int at = 0; at < ended.size(); at++) {
      PageStep step = steps.get(at);
      PageShell.Ended end = ended.get(at);
      judgements.add(() -> judge(name, step, end));
    }
    assertAll(judgements);
    if (ended.size() < steps.size()) {
      fail(name + ":" + steps.get(ended.size()).line() + ": ended the shell, see " + log);
    }
  }

  private static void judge(String name, PageStep step, PageShell.Ended ended) {
    String place = name + ":" + step.line() + ": " + step.command() + "\n";
    ExpectedOutput output = step.output();
    if (output != null && !output.matches(ended.printed())) {
      assertEquals(output.text(), ended.printed().stripTrailing(), place);
    }
    if (ended.status() != 0 && !step.mayFail()) {
      fail(place + "failed with status " + ended.status() + "\n" + ended.printed());
    }
  }

  @Test
  void noCommandHidesFromThisTest() throws Exception {
    List<String> faults = new ArrayList<>();
    List<String> notRun = new ArrayList<>();
    int steps = 0;
    for (String name : pages()) {
      Page page = read(name);
      faults.addAll(page.faults());
      notRun.addAll(page.notRun());
      steps += page.steps().size();
    }
    assertEquals(List.of(), faults);
    Files.createDirectories(PRINTED);
    Files.write(PRINTED.resolve("not-run.txt"), notRun);
    assertTrue(notRun.size() <= MOST_NOT_RUN, () -> String.join("\n", notRun));
    assertTrue(steps >= LEAST_STEPS, steps + " commands");
  }

  private static Page read(String name) throws IOException {
    return Page.read(name, Tree.ROOT.resolve(name));
  }

  private void layOut() throws IOException {
    Path core = Files.createDirectories(folder.resolve("eplb-core"));
    Path bin = Files.createDirectory(core.resolve("bin"));
    Files.createSymbolicLink(bin.resolve("eplb"), Tree.ROOT.resolve("eplb-core/bin/eplb"));
    Files.createSymbolicLink(bin.resolve("python3"), Path.of(PYTHON));
    copy(Tree.ROOT.resolve("eplb-core/examples"), core.resolve("examples"));
    copy(Tree.ROOT.resolve("eplb-core/python"), core.resolve("python"));
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Files.copy(file, to.resolve(from.relativize(file)));
      }
    }
  }

  private void assumeTools() throws IOException, InterruptedException {
    if (!"1".equals(System.getenv("EPLB_REQUIRE_ALL"))) {
      int missing =
          new ProcessBuilder("bash", "-c", "command -v curl && \"$0\" -c 'import numpy'", PYTHON)
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve(".tools").toFile())
              .start()
              .waitFor();
      assumeTrue(missing == 0, "curl or " + PYTHON + " with NumPy is missing");
    }
  }
}
