package io.eplb.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TypedNumberTest {
  @Test
  void wholeNumbersAreReadUpToTheBoundsOfALong() {
    assertEquals(OptionalLong.of(2), TypedNumber.whole(" +2 "));
    assertEquals(OptionalLong.of(Long.MIN_VALUE), TypedNumber.whole("-9223372036854775808"));
    assertEquals(OptionalLong.empty(), TypedNumber.whole("9223372036854775808"));
  }

  @Test
  void decimalsMayHaveAnExponent() {
    assertEquals(OptionalDouble.of(200), TypedNumber.decimal("200"));
    assertEquals(OptionalDouble.of(0.25), TypedNumber.decimal(".25"));
    assertEquals(OptionalDouble.of(1e-3), TypedNumber.decimal("1e-3"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"٢", "２", "", "-", "2x", "0x10", "200d", "0.5f", "0x1p3", "NaN", "1_0"})
  void whatOnlyJavaReadsAsANumberIsNone(String text) {
    assertTrue(TypedNumber.whole(text).isEmpty());
    assertTrue(TypedNumber.decimal(text).isEmpty());
  }

  @ParameterizedTest
  @CsvSource({
    "--ranks, ٢, a whole number from 1 to 65536",
    "--seed, ٢, a whole number from -9223372036854775808 to 9223372036854775807",
    "--ema, 0.5f, a number above 0 and at most 1"
  })
  void optionsOfAPlanTakeOnlySuchNumbers(String option, String text, String expected) {
    CommandLineRun run = CommandLineRun.of("plan", "--output", "map.json", option, text);
    assertEquals(2, run.code());
    assertTrue(run.err().contains(option + "': '" + text + "' is not " + expected), run.err());
  }

  @ParameterizedTest
  @CsvSource({"--expert-bytes, ٢, a whole number from 1", "--link-gbps, 200d, a number from 0.0"})
  void optionsOfADiffTakeOnlySuchNumbers(String option, String text, String expected) {
    CommandLineRun run = CommandLineRun.of("diff", "old.json", "new.json", option, text);
    assertEquals(2, run.code());
    assertTrue(run.err().contains(option + "': '" + text + "' is not " + expected), run.err());
  }
}
