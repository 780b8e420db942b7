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
