package io.eplb.core.format.rank;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.eplb.core.format.Refusal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RankSpeedsTest {
  private static final String SPEED =
      "; expected a speed, a number from 0.001 to 1000.0, 1 for a nominal rank";

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[1, 0.5, 2]",
        " [1.0,\n5e-1,\n2]\n",
        "1,0.5,2",
        "1\n0.5\n2\n",
        "1\r\n0.5 , 2\r\n\r\n",
        "\ufeff1\n\n.5\n+2",
      })
  void speedsAreReadInEveryForm(String content) throws IOException {
    Path file = Files.writeString(folder.resolve("speeds"), content);
    assertArrayEquals(new double[] {1, 0.5, 2}, RankSpeeds.read(Refusal.file(file)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          1\\n0\\n           | line 2 is "0"
          1\\nNaN\\n         | line 2 is "NaN"
          1\\nrank\\n        | line 2 is "rank"
          1,1000.1         | line 1, column 2 is "1000.1"
          1,0.0009         | line 1, column 2 is "0.0009"
          1,-1             | line 1, column 2 is "-1"
          1,,2             | line 1, column 2 is empty
          1,2,             | line 1, column 3 is empty
          1;2              | line 1 is "1;2"
          1 2              | line 1 is "1 2"
          1e400            | line 1 is "1e400"
          """)
  void aNumberThatIsNoSpeedIsNamedWithItsPlace(String content, String place) throws IOException {
    refuse(content.replace("\\n", "\n"), place + SPEED);
  }

  @Test
  void aJsonFaultIsNamedWithItsPlace() throws IOException {
    refuse("[1, 0]", "/1 is 0" + SPEED);
    refuse("[1, NaN]", "/1 is NaN" + SPEED);
    refuse("[1, \"2\"]", "/1 is the text \"2\"" + SPEED);
    refuse("[1, null]", "/1 is null" + SPEED);
    refuse("[1, 1001]", "/1 is 1001" + SPEED);
    refuse("[]", "the top level is an empty array; expected one speed per rank");
    refuse(
        "[[1]]",
        "/0 is an array; expected a speed, a number from 0.001 to 1000.0, 1 for a nominal rank,"
            + " since the array is to be one speed per rank");
    refuse("{\"speeds\": [1]}", "the top level is an object; expected one speed per rank");
  }

  @Test
  void contentThatIsNoListOfSpeedsIsRefused() throws IOException {
    refuse("", "is empty; expected data");
    refuse("\n\n", "has no number; expected one speed per rank");
    refuse("\0\1\2", "holds binary data; expected a JSON array of speeds, or one speed per line");
    Refusal.of(folder, RankSpeeds::read, "is a folder; expected a file");
    refuse("1,".repeat(64 * 65_536), "has 8388608 bytes; at most 4194304 are supported");
  }

  private void refuse(String content, String expected) throws IOException {
    Refusal.of(
        folder.resolve("speeds"),
        content.getBytes(StandardCharsets.UTF_8),
        RankSpeeds::read,
        expected);
  }
}
