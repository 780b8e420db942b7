package io.eplb.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * The tests of the Python package, some of which start the program. They run with the Python that
 * the environment variable {@code EPLB_PYTHON} names, else {@code /usr/bin/python3}, and are
 * skipped without it or NumPy, unless {@code EPLB_REQUIRE_ALL=1}.
 */
class PythonPackageIT {
  private static final Path PACKAGE = Path.of("..", "python").toAbsolutePath().normalize();
  private static final String PYTHON =
      System.getenv().getOrDefault("EPLB_PYTHON", "/usr/bin/python3");
  private static final int LEAST_TESTS = 60;

  @Test
  void theTestsOfThePythonPackagePass() throws Exception {
    if (!"1".equals(System.getenv("EPLB_REQUIRE_ALL"))) {
      assumeTrue(
          Files.isExecutable(Path.of(PYTHON)) && run("numpy.txt", "-c", "import numpy") == 0,
          PYTHON + " with NumPy is missing");
    }
    Path said = Path.of("target", "python-tests.txt");
    int code =
        run("python-tests.txt", "-m", "unittest", "discover", "-v", "-t", ".", "-s", "tests");
    String text = Files.readString(said);
    assertEquals(0, code, text);
    Matcher ran = Pattern.compile("(?m)^Ran (\\d+) tests").matcher(text);
    assertTrue(ran.find() && Integer.parseInt(ran.group(1)) >= LEAST_TESTS, text);
  }

  private static int run(String output, String... arguments)
      throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(PYTHON);
    builder.command().addAll(List.of(arguments));
    // No caches beside the sources: this build leaves nothing outside the target folders.
    builder.environment().put("PYTHONDONTWRITEBYTECODE", "1");
    return builder
        .directory(PACKAGE.toFile())
        .redirectErrorStream(true)
        .redirectOutput(Path.of("target", output).toFile())
        .start()
        .waitFor();
  }
}
