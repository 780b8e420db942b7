package io.eplb.cli.completion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.cli.CommandLineRun;
import io.eplb.cli.Eplb;
import io.eplb.cli.arguments.FileNames;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;

class CommandModelTest {
  private static final CommandLine PROGRAM = new CommandLine(new Eplb());

  /** The labels of arguments that are files or folders. */
  private static final Set<String> FILES =
      Set.of("FILE", "FILE|1,0.5,…", "MAP", "DIR", "IN", "OUT", "OLD", "NEW", "JAR", "PEM");

  /** A call of each command with choices that fails only when it reads the file {@code absent}. */
  private static final Map<String, String> FAILING_LATE =
      Map.ofEntries(
          Map.entry("plan", "plan --load absent --ranks 2 --output -"),
          Map.entry("repair", "repair --current absent --failed 0 --output -"),
          Map.entry("rescale", "rescale --current absent --ranks 2 --output -"),
          Map.entry("verify", "verify map.json --load absent"),
          Map.entry("simulate", "simulate --trace absent --ranks 2 --policies default"),
          Map.entry("bench", "bench --trace absent --ranks 2 --policies default"),
          Map.entry("advise", "advise --trace absent --ranks 2"),
          Map.entry("convert", "convert --to sglang absent -"),
          Map.entry("config check", "config check absent"),
          Map.entry("config show", "config show --config absent"),
          Map.entry("demo", "demo --load absent --ranks 2"),
          Map.entry("planner", "planner --zookeeper localhost:1 --config absent"),
          Map.entry("group", "group --zookeeper localhost:1 --zookeeper-user absent --output -"));

  private static Stream<CommandModel> commands() {
    return CommandModel.of(PROGRAM.getCommandSpec()).all();
  }

  @Test
  void everyFileAndEveryListOfWordsIsCompleted() {
    List<String> forgotten = new ArrayList<>();
    int seen = judge(PROGRAM, forgotten);
    assertTrue(seen > 100, "only " + seen + " arguments");
    assertEquals(List.of(), forgotten);
  }

  private static int judge(CommandLine command, List<String> forgotten) {
    int seen = 0;
    for (ArgSpec argument : command.getCommandSpec().args()) {
      seen++;
      boolean file =
          FILES.contains(argument.paramLabel())
              || argument.auxiliaryTypes()[0].equals(Path.class)
              || argument.type().equals(Path.class);
      boolean words = argument.paramLabel().matches("[a-z]+(\\|[a-z]+)+");
      if ((file && !(argument.completionCandidates() instanceof FileNames))
          || (words && !Words.of(argument).enumerated())) {
        forgotten.add(command.getCommandSpec().qualifiedName() + ": " + argument);
      }
    }
    for (CommandLine below : command.getSubcommands().values()) {
      seen += judge(below, forgotten);
    }
    return seen;
  }

  @Test
  void nothingIsOfferedThatIsRefused() {
    commands()
        .forEach(
            command ->
                command.options().stream()
                    .filter(option -> option.value().stream().anyMatch(Words::enumerated))
                    .forEach(option -> accepts(command, option)));
  }

  private static void accepts(CommandModel command, OptionModel option) {
    String name = option.names().get(0);
    if (command.name().equals("policies") || command.name().equals("serve")) {
      return; // They would do their work; their choices are those of plan.
    }
    String late = FAILING_LATE.getOrDefault(command.name(), "");
    assertNotEquals("", late, "no call of " + command.name() + " to try " + name + " with");
    for (String value : option.value().get().values()) {
      CommandLineRun run =
          CommandLineRun.of(
              late.contains(name + " ")
                  ? late.replaceFirst(name + " \\S+", name + " " + value)
                  : late + " " + name + " " + value);
      assertEquals(2, run.code(), run.err());
      assertTrue(run.err().contains("absent: "), name + " " + value + ": " + run.err());
    }
  }

  @Test
  void descriptionsAreShortAndPlain() {
    commands()
        .forEach(
            command -> {
              plain(command.description());
              command.options().forEach(option -> plain(option.description()));
            });
  }

  private static void plain(String description) {
    assertFalse(description.isBlank());
    assertFalse(description.contains("${") || description.contains("%"), description);
    assertTrue(description.length() < 120, description);
  }
}
