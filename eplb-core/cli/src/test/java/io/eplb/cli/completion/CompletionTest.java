package io.eplb.cli.completion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.cli.Eplb;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import picocli.CommandLine;

/** Questions to real shells. */
class CompletionTest {
  private static final CommandModel PROGRAM =
      CommandModel.of(new CommandLine(new Eplb()).getCommandSpec());

  @TempDir Path scratch = Path.of(".");
  private Path folder = Path.of(".");

  @BeforeEach
  void fillTheFolder() throws IOException {
    folder = Files.createDirectory(scratch.resolve("work"));
    for (String file :
        List.of("load.npy", "map.json", "my load.npy", "eplb.yaml", "key.pem", "p.jar", "notes")) {
      Files.createFile(folder.resolve(file));
    }
    Files.createFile(Files.createDirectory(folder.resolve("sub")).resolve("inner.csv"));
  }

  private Set<String> offers(Shell shell, String line) throws Exception {
    return new AskedShell(shell, folder).offers(line);
  }

  @ParameterizedTest
  @EnumSource
  void everyCommandIsOffered(Shell shell) throws Exception {
    Set<String> commands = new TreeSet<>(PROGRAM.arguments().get(0).values());
    assertTrue(commands.containsAll(Set.of("plan", "simulate", "generate-completion", "help")));
    assertEquals(commands, offers(shell, "eplb "));
    assertEquals(Set.of("plan", "planner", "policies"), offers(shell, "eplb p"));
    assertEquals(Set.of("check", "show"), offers(shell, "eplb config "));
    assertEquals(Set.of("serve", "simulate"), offers(shell, "eplb help s"));
    assertEquals(Set.of("bash", "zsh", "fish"), offers(shell, "eplb generate-completion "));
  }

  @ParameterizedTest
  @EnumSource
  void everyOptionOfEveryCommandIsOffered(Shell shell) throws Exception {
    Map<String, Set<String>> expected = new LinkedHashMap<>();
    PROGRAM
        .all()
        .forEach(
            command ->
                expected.put(
                    typed(command) + "--",
                    new TreeSet<>(
                        command.options().stream()
                            .flatMap(option -> option.names().stream())
                            .filter(name -> name.startsWith("--"))
                            .toList())));
    assertTrue(expected.getOrDefault("eplb plan --", Set.of()).contains("--output-format"));
    assertEquals(expected, new AskedShell(shell, folder).all(expected.keySet()));
  }

  @ParameterizedTest
  @EnumSource
  void everyValueOfEveryChoiceIsOffered(Shell shell) throws Exception {
    Map<String, Set<String>> expected = new LinkedHashMap<>();
    PROGRAM
        .all()
        .forEach(
            command ->
                command.options().stream()
                    .filter(option -> option.value().stream().anyMatch(Words::enumerated))
                    .forEach(
                        option ->
                            Stream.of(" ", "=")
                                .forEach(
                                    between ->
                                        expected.put(
                                            typed(command)
                                                + option.names().get(option.names().size() - 1)
                                                + between,
                                            new TreeSet<>(option.value().get().values())))));
    assertEquals(Set.of("allow", "reject"), expected.get("eplb plan --duplicates "));
    assertEquals(expected, new AskedShell(shell, folder).all(expected.keySet()));
  }

  private static String typed(CommandModel command) {
    return command.path().isEmpty() ? "eplb " : "eplb " + command.name() + " ";
  }

  @ParameterizedTest
  @EnumSource
  void filesAreOfferedByTheirEndingsAndFoldersLeadToThem(Shell shell) throws Exception {
    Set<String> maps = Set.of("load.npy", "map.json", "my load.npy", "eplb.yaml", "sub/");
    Map<String, Set<String>> expected = new LinkedHashMap<>();
    expected.put("eplb plan --load ", Set.of("load.npy", "map.json", "my load.npy", "sub/"));
    expected.put("eplb plan --load=", Set.of("load.npy", "map.json", "my load.npy", "sub/"));
    expected.put("eplb plan --load sub/", Set.of("inner.csv"));
    expected.put("eplb plan --load=sub/i", Set.of("inner.csv"));
    expected.put("eplb plan --load my", Set.of("my load.npy"));
    expected.put("eplb plan --output ", maps);
    expected.put("eplb plan --config e", Set.of("eplb.yaml"));
    expected.put("eplb config check ", Set.of("eplb.yaml", "map.json", "sub/"));
    expected.put("eplb verify map.json m", Set.of("map.json", "my load.npy"));
    expected.put("eplb verify map.json map.json map.json ", maps);
    expected.put("eplb diff --json map.json ", maps);
    expected.put("eplb serve --tls-key ", Set.of("key.pem", "sub/"));
    expected.put("eplb policies --check ", Set.of("p.jar", "sub/"));
    expected.put("eplb policies --check other.jar ", Set.of("p.jar", "sub/"));
    expected.put("eplb plan --policy-path ", Set.of("sub/"));
    expected.put("eplb plan --token-file n", Set.of());
    expected.put("eplb serve --token-file n", Set.of("notes"));
    expected.forEach((line, words) -> expected.put(line, new TreeSet<>(words)));
    assertEquals(expected, new AskedShell(shell, folder).all(expected.keySet()));
  }

  @ParameterizedTest
  @EnumSource
  void allFilesAreOfferedWhereNoneHasARightEnding(Shell shell) throws Exception {
    assertEquals(Set.of("notes"), offers(shell, "eplb plan --load n"));
  }

  @ParameterizedTest
  @EnumSource
  void nothingIsOfferedWhereAnythingMayStand(Shell shell) throws Exception {
    Map<String, Set<String>> offered =
        new AskedShell(shell, folder)
            .all(
                List.of(
                    "eplb plan --ranks ",
                    "eplb plan --option ",
                    "eplb diff map.json map.json m",
                    "eplb plan m",
                    "eplb nothing m"));
    offered.forEach((line, words) -> assertEquals(Set.of(), words, line));
  }

  @ParameterizedTest
  @EnumSource
  void anOptionIsOfferedAgainOnlyIfItMayBeRepeated(Shell shell) throws Exception {
    Map<String, String> gone =
        Map.of(
            "eplb plan --json --force --jso", "json",
            "eplb plan --ranks=3 --ranks", "ranks",
            "eplb plan --ranks 3 --ranks", "ranks",
            "eplb demo --load load.npy --tra", "trace");
    new AskedShell(shell, folder)
        .all(gone.keySet())
        .forEach((line, words) -> assertFalse(words.contains("--" + gone.get(line)), line));
    Map<String, Set<String>> there =
        Map.of(
            "eplb plan --policy-path sub --policy-", Set.of("--policy-path"),
            "eplb plan --verbose --verb", Set.of("--verbose"),
            "eplb plan --ranks 3 --json --rank", Set.of("--rank-speed"));
    assertEquals(there, new AskedShell(shell, folder).all(there.keySet()));
  }

  @ParameterizedTest
  @EnumSource
  void aListOfPoliciesIsContinued(Shell shell) throws Exception {
    String list = "eplb simulate --policies ";
    Map<String, Set<String>> offered =
        new AskedShell(shell, folder)
            .all(
                List.of(
                    list,
                    list + "default,inc",
                    list + "swift:a=1:b=2,inc",
                    list + "default,static,",
                    list + "default:"));
    Set<String> all = new TreeSet<>(offered.getOrDefault(list, Set.of()));
    assertTrue(all.containsAll(Set.of("static", "clairvoyant", "default")), all::toString);
    assertEquals(Set.of("incremental"), offered.get(list + "default,inc"));
    assertEquals(Set.of("incremental"), offered.get(list + "swift:a=1:b=2,inc"));
    all.removeAll(List.of("default", "static"));
    assertEquals(all, offered.get(list + "default,static,"));
    assertEquals(Set.of(), offered.get(list + "default:"));
  }
}
