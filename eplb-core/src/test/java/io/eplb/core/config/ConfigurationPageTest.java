package io.eplb.core.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.PolicyOption;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds docs/configuration.md against the declared settings. */
class ConfigurationPageTest {
  private final String page = page();

  /** A row of the page's table: values, default, and whether vLLM-Ascend reads the key. */
  private record Row(String values, String byDefault, String engine) {}

  @Test
  void theTableHasEveryKeyWithItsValuesDefaultAndReaderAndNoOther() {
    Map<String, Row> expected = new LinkedHashMap<>();
    EplbConfig.defaults()
        .settings()
        .forEach(
            (key, setting) -> {
              PolicyOption<?> option = option(key);
              String text = String.valueOf(setting.value());
              expected.put(
                  key,
                  new Row(
                      option.allowed(),
                      text.isEmpty() ? "" : "`" + text + "`",
                      Settings.ENGINE.contains(option) ? "yes" : ""));
            });
    ConfigReader.BLOCKS.stream()
        .filter(block -> !block.equals("topology"))
        .forEach(block -> expected.put(block, new Row("a block", "", "")));
    assertTrue(expected.size() > 20, expected::toString);
    assertEquals(lines(expected), lines(rows()));
  }

  @Test
  void everyKeyNamesSomebodyWhoUsesItAndWhatItMeans() {
    cells().forEach(row -> assertTrue(!row[5].isEmpty() && !row[6].isEmpty(), row[1]));
  }

  @Test
  void theExampleIsTakenByBothReaders() {
    int from = page.indexOf("```json\n") + 8;
    String example = page.substring(from, page.indexOf("```", from));
    EplbConfig config =
        EplbConfig.read(
            "example.json", new ByteArrayInputStream(example.getBytes(StandardCharsets.UTF_8)));
    assertEquals(Map.of(), config.strayKeys().refused());
    assertEquals(List.of("refresh"), List.copyOf(config.strayKeys().ignored().keySet()));
    assertEquals(32, config.get(Settings.REDUNDANT_EXPERTS));
    assertEquals(32, config.get(Settings.RANKS));
  }

  @Test
  void thePageSaysWhichPolicyEachNumberSelects() {
    for (long type = 0; type <= 3; type++) {
      String expected = type + " `" + Settings.policyOfType(type) + "`";
      assertTrue(page.contains(expected), expected);
    }
  }

  private static PolicyOption<?> option(String key) {
    return Stream.of(Settings.TOP, Settings.TOPOLOGY)
        .flatMap(List::stream)
        .filter(option -> key.equals(option.name()) || key.equals("topology." + option.name()))
        .findFirst()
        .orElseThrow();
  }

  private Map<String, Row> rows() {
    Map<String, Row> rows = new LinkedHashMap<>();
    cells().forEach(row -> rows.put(row[1].replace("`", ""), new Row(row[2], row[3], row[4])));
    return rows;
  }

  private Stream<String[]> cells() {
    int from = page.indexOf("\n## Keys\n");
    String section = page.substring(from, page.indexOf("\n## ", from + 1));
    return section
        .lines()
        .filter(line -> line.startsWith("| `"))
        .map(line -> Arrays.stream(line.split("\\|")).map(String::strip).toArray(String[]::new));
  }

  private static String lines(Map<String, Row> rows) {
    StringBuilder text = new StringBuilder();
    rows.forEach((key, row) -> text.append(key).append(": ").append(row).append('\n'));
    return text.toString();
  }

  private static String page() {
    try {
      return Files.readString(Path.of("docs/configuration.md"));
    } catch (IOException missing) {
      throw new IllegalStateException(missing);
    }
  }
}
