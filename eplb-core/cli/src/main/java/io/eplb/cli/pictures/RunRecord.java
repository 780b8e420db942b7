package io.eplb.cli.pictures;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A record of what a report was made by, so that it can be made again.
 *
 * @param words the words of the command line, without the program's name
 * @param version the program's version
 * @param seed the seed of random policies
 * @param date the time of the report
 * @param inputs the inputs
 */
public record RunRecord(
    List<String> words, String version, long seed, Instant date, List<InputDigest> inputs) {
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_@%+=:,./#-]+");
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss 'UTC'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  /** Returns the command as a shell reads it. */
  String command() {
    return Stream.concat(Stream.of("eplb"), words.stream())
        .map(RunRecord::quoted)
        .collect(Collectors.joining(" "));
  }

  private static String quoted(String word) {
    return PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
  }

  Map<String, String> facts() {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("Command", command());
    facts.put("Version", version);
    facts.put("Seed", String.valueOf(seed));
    facts.put("Date", DATE.format(date));
    return facts;
  }

  HtmlTable inputTable() {
    HtmlTable table = HtmlTable.endingInText("Inputs", List.of("input", "SHA-256"));
    inputs.forEach(input -> table.row(input.name(), List.of(input.digest())));
    return table;
  }
}
