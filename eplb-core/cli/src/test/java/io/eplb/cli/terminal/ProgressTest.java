package io.eplb.cli.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ProgressTest {
  private final FakeTerminal terminal = new FakeTerminal(80);
  private long now = Long.MAX_VALUE - 1; // It may overflow, as System.nanoTime may.
  private final Progress progress = new Progress(LiveLines.on(terminal), () -> now, null);

  private String after(Duration time) {
    now += time.toNanos();
    progress.draw();
    return terminal.screen();
  }

  @Test
  void aCommandThatIsSoonDoneShowsNothing() {
    progress.begin("reading");
    assertEquals("", after(Duration.ofMillis(999)));
    assertEquals("reading, 1 s", after(Duration.ofMillis(1)));
  }

  @Test
  void theTimeIsThatOfTheWorkAndThePatienceThatOfTheCommand() {
    progress.begin("reading");
    assertEquals("reading, 2 s", after(Duration.ofSeconds(2)));
    progress.begin("planning");
    assertEquals("planning, 0 s", after(Duration.ofMillis(200)));
    assertEquals("planning, 1,000 s", after(Duration.ofSeconds(1_000)));
  }

  @Test
  void whatIsCountedHasABar() {
    progress.begin("planning", 1_000, "plans");
    progress.done(500);
    assertEquals(
        "planning [###############               ] 500 of 1,000 plans, 3 s",
        after(Duration.ofSeconds(3)));
    progress.done(1_000);
    assertEquals(
        "planning [##############################] 1,000 of 1,000 plans, 3 s",
        after(Duration.ZERO));
  }

  @Test
  void aSingleTimeIsNotCounted() {
    progress.begin("planning", 1, "plans");
    assertEquals("planning, 3 s", after(Duration.ofSeconds(3)));
  }

  @Test
  void nothingStaysBehind() {
    progress.begin("planning", 7, "plans");
    after(Duration.ofSeconds(3));
    progress.close();
    assertEquals("", after(Duration.ofSeconds(3)));
    progress.close();
  }

  @Test
  void withoutATerminalNothingRuns() {
    long threads = threads();
    try (Progress none = Progress.on(LiveLines.hidden())) {
      none.begin("reading");
      none.draw();
      assertEquals(threads, threads());
    }
  }

  @Test
  void itsThreadEndsWithIt() throws InterruptedException {
    try (Progress shown = Progress.on(LiveLines.on(terminal))) {
      shown.begin("reading");
    }
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (thread.getName().equals("eplb-progress")) {
        thread.join();
      }
    }
    assertEquals("", terminal.screen());
  }

  private static long threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("eplb-progress"))
        .count();
  }
}
