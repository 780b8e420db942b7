package io.eplb.cli.arguments;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.cli.CommandLineRun;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The syntax of numbers in options. */
class NumberOptionsTest {
  @ParameterizedTest
  @CsvSource({
    "--ranks, ٢, a whole number from 1 to 65536",
    "--seed, ٢, a whole number from -9223372036854775808 to 9223372036854775807",
    "--ema, 0.5f, a number above 0 and at most 1"
  })
  void optionsOfAPlanTakeOnlySuchNumbers(String option, String text, String expected) {
    CommandLineRun run = CommandLineRun.of("plan --output map.json %s %s", option, text);
    assertEquals(2, run.code());
    assertTrue(run.err().contains(option + ": '" + text + "' is not " + expected), run.err());
  }

  @ParameterizedTest
  @CsvSource({"--expert-bytes, ٢, a whole number from 1", "--link-gbps, 200d, a number from 0.0"})
  void optionsOfADiffTakeOnlySuchNumbers(String option, String text, String expected) {
    CommandLineRun run = CommandLineRun.of("diff old.json new.json %s %s", option, text);
    assertEquals(2, run.code());
    assertTrue(run.err().contains(option + ": '" + text + "' is not " + expected), run.err());
  }
}
