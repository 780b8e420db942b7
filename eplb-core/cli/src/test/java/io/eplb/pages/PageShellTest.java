package io.eplb.pages;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PageShellTest {
  @TempDir private Path folder;

  @Test
  void stepsShareOneShell() throws Exception {
    assertEquals(
        List.of("", "", "a/b\n"), printed(run("x=b", "mkdir a && cd a", "echo \"${PWD##*/}/$x\"")));
  }

  @Test
  void eachStepHasItsOwnOutputAndItsOwnStatus() throws Exception {
    List<PageShell.Ended> ended =
        run(
            "printf one",
            "false",
            "echo $?",
            "echo $?",
            "(exit 3)\necho two >&2",
            "if false; then :; fi");
    assertEquals(List.of("one", "", "1\n", "0\n", "two\n", ""), printed(ended));
    assertEquals(List.of(0, 1, 0, 0, 3, 0), ended.stream().map(PageShell.Ended::status).toList());
  }

  @Test
  void aStepThatEndsTheShellEndsThePage() throws Exception {
    assertEquals(List.of("one\n"), printed(run("echo one", "exit 0", "echo three")));
  }

  @Test
  void whatRunsInTheBackgroundEndsWithThePage() throws Exception {
    run(
        "mkfifo begun never",
        "(trap 'echo ended >end; exit' TERM; echo >begun; read -r <>never) &\nread -r <begun");
    assertEquals("ended\n", Files.readString(folder.resolve("end")));
  }

  private static List<String> printed(List<PageShell.Ended> ended) {
    return ended.stream().map(PageShell.Ended::printed).toList();
  }

  private List<PageShell.Ended> run(String... commands) throws Exception {
    return new PageShell(folder, folder.resolve("log"))
        .run(Arrays.stream(commands).map(it -> new PageStep(1, it, null, false)).toList());
  }
}
