package io.eplb.cli.completion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.eplb.cli.Eplb;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;

/**
 * A real shell with the program's completion, in a folder of its own. Without the shell the test is
 * skipped, unless {@code EPLB_REQUIRE_ALL=1}.
 */
final class AskedShell {
  private static final Map<Shell, List<String>> START =
      Map.of(
          Shell.BASH, List.of("bash"),
          Shell.ZSH, List.of("zsh", "-f"),
          Shell.FISH, List.of("fish", "--no-config"));

  private final Shell shell;
  private final Path folder;

  AskedShell(Shell shell, Path folder) {
    boolean present =
        Stream.of(System.getenv("PATH").split(":", -1))
            .anyMatch(place -> Files.isExecutable(Path.of(place, shell.toString())));
    if (!"1".equals(System.getenv("EPLB_REQUIRE_ALL"))) {
      assumeTrue(present, shell + " is not installed");
    }
    assertTrue(present, shell + " is not installed");
    this.shell = shell;
    this.folder = folder;
  }

  /** Returns the words that the shell offers at the end of a line, as {@link #all} does. */
  Set<String> offers(String line) throws IOException, InterruptedException {
    return all(List.of(line)).getOrDefault(line, Set.of());
  }

  /**
   * Returns the words that the shell offers at the end of each line. Shells cut off different parts
   * of what is there already, so of every word the part behind the last {@code =}, comma, colon or
   * slash is taken; folders end with a slash.
   */
  Map<String, Set<String>> all(Collection<String> lines) throws IOException, InterruptedException {
    Path home = Files.createDirectories(folder.resolveSibling("home"));
    Path script = home.resolve("script");
    if (Files.notExists(script)) {
      try (PrintWriter out = new PrintWriter(script.toFile(), StandardCharsets.UTF_8)) {
        shell.print(new CommandLine(new Eplb()).getCommandSpec(), out);
      }
    }
    Path asking = home.resolve("asking");
    String name = "ask." + shell.name().toLowerCase(Locale.ROOT);
    try (InputStream source = AskedShell.class.getResourceAsStream(name)) {
      Files.copy(source, asking, StandardCopyOption.REPLACE_EXISTING);
    }
    List<String> command = new ArrayList<>(START.getOrDefault(shell, List.of()));
    command.addAll(List.of(asking.toString(), script.toString()));
    command.addAll(lines);
    Path errors = home.resolve("errors");
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(folder.toFile()).redirectError(errors.toFile());
    builder.environment().put("HOME", home.toString());
    Process process = builder.start();
    process.getOutputStream().close();
    String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), answer + Files.readString(errors));
    List<String> answers = List.of(answer.split("(?m)^\\R", -1));
    assertEquals(lines.size() + 1, answers.size(), answer);
    Map<String, Set<String>> offered = new LinkedHashMap<>();
    int at = 0;
    for (String line : lines) {
      offered.put(
          line,
          answers
              .get(at++)
              .lines()
              .map(this::lastPart)
              .collect(Collectors.toCollection(TreeSet::new)));
    }
    return offered;
  }

  private String lastPart(String word) {
    String plain = word.replace("\\", "").replaceFirst("/$", "").replaceFirst("^.*[=,:/]", "");
    return Files.isDirectory(folder.resolve(plain)) ? plain + "/" : plain;
  }
}
