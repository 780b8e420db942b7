package io.eplb.pages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class PageTest {
  @Test
  void commandsAreComparedWithTheBlockDirectlyBelowThem() {
    List<PageStep> steps =
        page(
                "# Title",
                "```sh",
                "one",
                "two",
                "```",
                "```text",
                "printed",
                "```",
                "",
                "```sh",
                "three",
                "```",
                "",
                "```text",
                "not printed",
                "```")
            .steps();
    assertEquals(List.of("one\ntwo", "three"), steps.stream().map(PageStep::command).toList());
    assertEquals(List.of(3, 11), steps.stream().map(PageStep::line).toList());
    assertEquals("printed", Objects.requireNonNull(steps.get(0).output()).text());
    assertNull(steps.get(1).output());
  }

  @Test
  void aSessionIsItsCommandsAndWhatEachPrints() {
    List<PageStep> steps =
        page("```console", "$ one \\", "  two", "printed", "", "$ three", "$ echo $?", "4", "```")
            .steps();
    assertEquals(
        List.of("one \\\n  two", "three", "echo $?"),
        steps.stream().map(PageStep::command).toList());
    assertEquals(
        List.of("printed", "", "4"),
        steps.stream().map(step -> Objects.requireNonNull(step.output()).text()).toList());
    assertEquals(List.of(false, true, false), steps.stream().map(PageStep::mayFail).toList());
  }

  @Test
  void figuresVaryWhereTheParagraphAboveSaysSo() {
    List<PageStep> steps =
        page(
                "The figures",
                "vary:",
                "",
                "```console",
                "$ one",
                "7",
                "```",
                "Others do not.",
                "```console",
                "$ one",
                "7",
                "```")
            .steps();
    assertEquals(
        List.of(false, false), steps.stream().map(step -> matches(step, "7 words")).toList());
    assertEquals(List.of(true, false), steps.stream().map(step -> matches(step, "8")).toList());
  }

  @Test
  void aBlockThatNeedsSomethingIsNamedAndNotRun() {
    Page page = page("```sh", "# Needs a GPU.", "vllm serve", "```");
    assertEquals(List.of(), page.steps());
    assertEquals(List.of("page.md:1: # Needs a GPU."), page.notRun());
    assertEquals(List.of(), page.faults());
  }

  @Test
  void aCommandThatWouldNotBeRunIsAFault() {
    for (String command :
        List.of("$ ls", "eplb plan --ranks 4", "curl -s http://x", "eplb-core/bin/eplb plan")) {
      assertEquals(1, page("```text", "printed", command, "```").faults().size(), command);
    }
    assertEquals(List.of(), page("```text", "eplb plan: --ranks is missing", "```").faults());
  }

  @Test
  void aBlockWithoutAKnownLanguageIsAFault() {
    assertEquals(1, page("```", "x", "```").faults().size());
    assertEquals(1, page("```bash", "x", "```").faults().size());
    assertEquals(1, page("```sh", "```").faults().size());
    assertEquals(1, page("```console", "x", "```").faults().size());
  }

  @Test
  void aServiceThatWouldHoldThePageIsAFault() {
    assertTrue(
        page("```sh", "eplb serve --listen unix:s", "```").faults().get(0).contains("never ends"));
    assertEquals(List.of(), page("```sh", "eplb serve --listen unix:s &", "```").faults());
  }

  private static boolean matches(PageStep step, String printed) {
    return Objects.requireNonNull(step.output()).matches(printed);
  }

  private static Page page(String... lines) {
    return Page.of("page.md", List.of(lines));
  }
}
