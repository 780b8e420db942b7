package io.eplb.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;
import java.util.Iterator;
import java.util.stream.Stream;

/**
 * One run of the command line in this process.
 *
 * @param code the exit code
 * @param out the standard output
 * @param err the standard error
 */
public record CommandLineRun(int code, String out, String err) {
  /**
   * Runs a command line such as {@code verify %s --ranks 2}.
   *
   * @param line the words between blanks
   * @param values the words at each {@code %s}; they may contain blanks, and an array counts as
   *     several
   */
  public static CommandLineRun of(String line, Object... values) {
    Iterator<Object> next =
        Arrays.stream(values)
            .flatMap(
                value -> value instanceof Object[] several ? Stream.of(several) : Stream.of(value))
            .iterator();
    String[] words =
        Arrays.stream(line.strip().split(" ", -1))
            .map(word -> word.equals("%s") ? next.next().toString() : word)
            .toArray(String[]::new);
    assertFalse(next.hasNext(), "more values than %s in: " + line);
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code = Eplb.run(words, new PrintWriter(out, true), new PrintWriter(err, true));
    return new CommandLineRun(code, out.toString(), err.toString());
  }

  /** Returns the output of a run that succeeded as JSON. */
  public JsonNode json() throws IOException {
    assertEquals(0, code, err);
    return new ObjectMapper().readTree(out);
  }

  /** Returns the standard output with single blanks, wherever its lines are broken. */
  public String words() {
    return out.replaceAll("\\s+", " ");
  }

  /** Asserts that a command line is refused as the user's fault, in one line on standard error. */
  public static void assertRefused(String expected, String line, Object... values) {
    CommandLineRun run = of(line, values);
    assertEquals(2, run.code, run.err);
    assertEquals("", run.out);
    assertTrue(run.err.contains(expected), run.err);
    assertEquals(1, run.err.lines().count(), run.err);
    assertTrue(run.err.startsWith("eplb " + line.split(" ", -1)[0] + ": "), run.err);
    assertFalse(run.err.contains("Exception"), run.err);
  }
}
