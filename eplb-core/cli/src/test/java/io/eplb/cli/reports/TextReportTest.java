package io.eplb.cli.reports;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TextReportTest {
  private final StringWriter printed = new StringWriter();
  private final TextReport text = new TextReport(new PrintWriter(printed));

  @Test
  void numbersHaveTheSameDigitsInEveryLocale() {
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
    try {
      text.row("moved", "%,d, %.1f per layer", 1234, 0.5);
    } finally {
      Locale.setDefault(before);
    }
    assertEquals("moved            1,234, 0.5 per layer", printed.toString().stripTrailing());
  }

  @Test
  void noLineEndsInBlanks() {
    text.line("%-8s %s  ", "a", "");
    text.row("b", "%s", "");
    text.blank();
    assertEquals("a%nb%n%n".formatted(), printed.toString());
  }

  @Test
  void aValueIsPrintedAsItIs() {
    text.row("policy", "%s", "100 % %s");
    assertEquals("policy           100 % %s", printed.toString().stripTrailing());
  }

  @Test
  void aLongValueGoesOnBelowItself() {
    text.row("name", "%s", "12345678 ".repeat(8));
    assertEquals(
        """
        name             12345678 12345678 12345678 12345678 12345678 12345678 12345678
                         12345678
        """,
        printed.toString());
  }

  @Test
  void aLineMayBeFull() {
    text.wrapped(2, "x".repeat(39) + " " + "x".repeat(40));
    text.wrapped(2, "x".repeat(40) + " " + "x".repeat(40));
    assertEquals(
        "%s %s\n%s\n  %s\n"
            .formatted("x".repeat(39), "x".repeat(40), "x".repeat(40), "x".repeat(40)),
        printed.toString());
  }

  @Test
  void aWordThatIsTooLongStaysWhole() {
    String file = "/" + "x".repeat(100);
    text.row("written to", "%s", file);
    text.row("map", "from %s to %s", file, file);
    assertEquals(
        """
        written to       %s
        map              from
                         %s
                         to
                         %s
        """
            .formatted(file, file, file),
        printed.toString());
  }

  @Test
  void aShapeIsNotBroken() {
    text.wrapped(2, "x".repeat(60) + " on 288 slots, 32 ranks × 9");
    assertEquals("x".repeat(60) + " on 288 slots,\n  32 ranks × 9\n", printed.toString());
  }

  @Test
  void numbersAloneAreBrokenAnywhere() {
    text.wrapped(2, "1234567 ".repeat(11));
    assertEquals("1234567 ".repeat(10).strip() + "\n  1234567\n", printed.toString());
  }

  @Test
  void wordsThatFitAreNotSpreadAgain() {
    text.row("", "%10s %10s", "mean", "p95");
    assertEquals(" ".repeat(17) + "      mean        p95\n", printed.toString());
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0 B",
    "999, 999 B",
    "1000, 1.0 kB",
    "999949, 999.9 kB",
    "999950, 1.0 MB",
    "1500000000, 1.5 GB",
    "9223372036854775807, 9223.4 PB"
  })
  void sizesHaveOneDecimalAndTheUnitThatFits(long bytes, String shown) {
    assertEquals(shown, TextReport.bytes(bytes));
  }
}
