package io.eplb.cli.reports;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class JsonObjectTest {
  @Test
  void fieldsKeepTheirOrderAndNumbersTheirDigits() {
    JsonObject object =
        new JsonObject()
            .with("z", "\"\n")
            .with("whole", Long.MIN_VALUE)
            .with("huge", new BigInteger("123456789012345678901234567890"))
            .with("share", 0.1 + 0.2)
            .with("exact", 1.0)
            .with("yes", true);
    assertEquals(
        """
        { "z" : "\\"\\n", "whole" : -9223372036854775808, \
        "huge" : 123456789012345678901234567890, "share" : 0.30000000000000004, \
        "exact" : 1.0, "yes" : true }""",
        text(object));
  }

  @Test
  void anEmptyValueIsNullAndAnAbsentOneNoField() {
    JsonObject object =
        new JsonObject()
            .with("null", Optional.empty())
            .with("one", Optional.of(1))
            .withPresent("absent", Optional.empty())
            .withPresent("two", Optional.of(2));
    assertEquals("{ \"null\" : null, \"one\" : 1, \"two\" : 2 }", text(object));
  }

  @Test
  void listsAndStreamsAreArraysOfTheirValues() {
    JsonObject object =
        new JsonObject()
            .with("list", List.of(1, List.of(), new JsonObject().with("a", 2)))
            .with("stream", Stream.of("x", "y"));
    assertEquals(
        "{ \"list\" : [ 1, [ ], { \"a\" : 2 } ], \"stream\" : [ \"x\", \"y\" ] }", text(object));
  }

  private static String text(JsonObject object) {
    StringWriter text = new StringWriter();
    object.print(new PrintWriter(text));
    return text.toString().strip().replaceAll("\\s+", " ");
  }
}
