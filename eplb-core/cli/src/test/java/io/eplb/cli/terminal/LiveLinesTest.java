package io.eplb.cli.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class LiveLinesTest {
  private final FakeTerminal terminal = new FakeTerminal(40);
  private final LiveLines lines = LiveLines.on(terminal);
  private final PrintStream other =
      new PrintStream(lines.beside(terminal), true, StandardCharsets.UTF_8);

  @Test
  void linesReplaceEachOtherAndLeaveNothing() {
    lines.draw(List.of("step 1 of 1,000", "phase collecting"));
    lines.draw(List.of("step 2", "phase"));
    assertEquals("step 2\nphase", terminal.screen());
    lines.draw(List.of("done"));
    assertEquals("done", terminal.screen());
    lines.clear();
    lines.clear();
    assertEquals("", terminal.screen());
  }

  @Test
  void aLineThatIsTooLongIsCut() {
    lines.draw(List.of("x".repeat(100), "second"));
    assertEquals("x".repeat(40) + "\nsecond", terminal.screen());
    lines.draw(List.of("y".repeat(100), "second"));
    assertEquals("y".repeat(40) + "\nsecond", terminal.screen());
  }

  @Test
  void otherOutputComesAboveThem() {
    other.println("first");
    lines.draw(List.of("drawn", "below"));
    other.println("second");
    assertEquals("first\nsecond", terminal.screen());
    lines.draw(List.of("drawn", "below"));
    assertEquals("first\nsecond\ndrawn\nbelow", terminal.screen());
    other.println("third");
    lines.close();
    assertEquals("first\nsecond\nthird", terminal.screen());
  }

  @Test
  void aLineOfOtherOutputIsNotOverwrittenBeforeItsEnd() {
    other.print("half a ");
    lines.draw(List.of("drawn"));
    other.println("line");
    assertEquals("half a line", terminal.screen());
    lines.draw(List.of("drawn"));
    assertEquals("half a line\ndrawn", terminal.screen());
  }

  @Test
  void aNarrowerTerminalKeepsNoRest() {
    other.println("cycle 1 committed");
    List<String> four = List.of("step [####    ] 50 of 100", "PAR 1.25, 1.60", "phase", "layers");
    lines.draw(four);
    terminal.resizeBreaking(11);
    lines.draw(four);
    assertEquals("cycle 1 committed\nstep [####0\nPAR 1.25, 0\nphase\nlayers", terminal.lines());
    lines.clear();
    assertEquals("cycle 1 committed", terminal.lines());
  }

  @Property(tries = 500)
  void noRestStaysWhateverTheWidths(@ForAll long seed, @ForAll boolean breaking) {
    Random random = new Random(seed);
    FakeTerminal screen = new FakeTerminal(1 + random.nextInt(100));
    LiveLines drawn = LiveLines.on(screen);
    PrintStream printed = new PrintStream(drawn.beside(screen), true, StandardCharsets.UTF_8);
    StringBuilder expected = new StringBuilder();
    for (int step = 0; step < 40; step++) {
      switch (random.nextInt(4)) {
        case 0 -> {
          String text = "x".repeat(breaking ? random.nextInt(60) + 1 : 1);
          printed.println(text);
          expected.append(text).append('\n');
        }
        case 1 -> drawn.clear();
        case 2 -> {
          int width = 1 + random.nextInt(100);
          if (breaking) {
            screen.resizeBreaking(width);
          } else {
            screen.resizeCutting(width);
          }
        }
        default ->
            drawn.draw(
                random
                    .ints(1 + random.nextInt(5), 0, 100)
                    .mapToObj(length -> "#".repeat(length))
                    .toList());
      }
    }
    drawn.close();
    assertEquals(expected.toString().strip(), screen.lines());
  }

  @Test
  void afterTheirEndNothingIsDrawn() {
    lines.draw(List.of("drawn"));
    lines.close();
    lines.draw(List.of("drawn"));
    other.println("report");
    assertEquals("report", terminal.screen());
  }

  @Test
  void hiddenLinesAreDrawnNowhereAndTouchNoOutput() {
    LiveLines hidden = LiveLines.hidden();
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    PrintStream printed = new PrintStream(hidden.beside(output), true, StandardCharsets.UTF_8);
    hidden.draw(List.of("drawn"));
    printed.print("text");
    hidden.clear();
    assertFalse(hidden.shown());
    assertEquals("text", output.toString(StandardCharsets.UTF_8));
  }

  @Test
  void aTerminalThatIsGoneStopsNobody() {
    LiveLines gone =
        LiveLines.on(
            new OutputStream() {
              @Override
              public void write(int octet) throws IOException {
                throw new IOException("Input/output error");
              }
            });
    gone.draw(List.of("drawn"));
    gone.draw(List.of("again"));
    gone.close();
  }
}
