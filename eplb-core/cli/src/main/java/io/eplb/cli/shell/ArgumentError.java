package io.eplb.cli.shell;

import io.eplb.api.NearestName;
import io.eplb.api.wording.Listed;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.OverwrittenOptionException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The words for arguments that nobody knows, that are missing, or that have a wrong value. */
final class ArgumentError {
  private static final Pattern WRONG_VALUE =
      Pattern.compile(
          "^Invalid value for (?:option '|positional parameter at index \\S+ \\()([^')]+)['\\)]"
              + "(?: \\([^)]*\\))?: ");

  /** Names of the same input in other commands: a single load to plan for, or one to replay. */
  private static final Map<String, String> NAMES_ELSEWHERE =
      Map.of("--load", "--trace", "--trace", "--load");

  private ArgumentError() {}

  /**
   * Returns the message of an error in the arguments. An argument that nobody knows comes first: an
   * option that is missing may be there, with a typo in it.
   */
  static String message(ParameterException exception) {
    CommandLine command = exception.getCommandLine();
    List<String> unmatched = command.getUnmatchedArguments();
    if (!unmatched.isEmpty()) {
      return unmatchedMessage(command, unmatched);
    }
    if (exception instanceof MissingParameterException missing) {
      return missingMessage(missing);
    }
    if (exception instanceof OverwrittenOptionException twice) {
      return shown(twice.getOverwritten()).split(" ", 2)[0] + " is given twice; give it once";
    }
    if (exception.getArgSpec() == null && exception.getValue() != null) { // from eplb help COMMAND
      return "there is no command '%s'; see %s".formatted(exception.getValue(), help(command));
    }
    return WRONG_VALUE.matcher(String.valueOf(exception.getMessage())).replaceFirst("$1: ");
  }

  private static String missingMessage(MissingParameterException exception) {
    CommandLine command = exception.getCommandLine();
    List<String> given = command.getParseResult().originalArgs();
    for (ArgSpec argument : exception.getMissing()) {
      if (argument instanceof OptionSpec option && given.contains(option.longestName())) {
        return "%s needs a value: %s".formatted(option.longestName(), shown(option));
      }
    }
    return "%s %s missing; see %s"
        .formatted(
            Listed.of(exception.getMissing().stream().map(ArgumentError::shown).toList()),
            exception.getMissing().size() == 1 ? "is" : "are",
            help(command));
  }

  private static String shown(ArgSpec argument) {
    return argument instanceof OptionSpec option
        ? option.longestName() + " " + option.paramLabel()
        : argument.paramLabel();
  }

  /** Returns the options whose names have several letters; any letter is near to any other. */
  private static List<String> longNames(CommandLine command) {
    return command.getCommandSpec().optionsMap().keySet().stream()
        .filter(name -> name.startsWith("--"))
        .toList();
  }

  /** Returns options that share words with an unknown one. */
  private static Optional<String> alike(UnmatchedArgumentException exception) {
    return Optional.of(String.join(" or ", exception.getSuggestions()))
        .filter(names -> !names.isEmpty());
  }

  /** Returns the name that an option of other commands has in this one. */
  private static Optional<String> here(String name, CommandLine command) {
    return Optional.ofNullable(NAMES_ELSEWHERE.get(name)).filter(longNames(command)::contains);
  }

  private static String help(CommandLine command) {
    return command.getCommandSpec().qualifiedName() + " --help";
  }

  private static String unmatchedMessage(CommandLine command, List<String> unmatched) {
    String first = unmatched.get(0);
    String help = "; see " + help(command);
    UnmatchedArgumentException exception = new UnmatchedArgumentException(command, unmatched);
    if (exception.isUnknownOption()) {
      String name = first.split("=", 2)[0];
      return "there is no option '%s'%s"
          .formatted(
              name,
              here(name, command)
                  .or(() -> NearestName.of(name, longNames(command)))
                  .or(() -> alike(exception))
                  .map("; did you mean %s?"::formatted)
                  .orElse(help));
    }
    Set<String> commands = command.getSubcommands().keySet();
    if (commands.isEmpty()) {
      return "'" + first + "' is one argument too many" + help;
    }
    String found = String.join(", ", commands);
    return "there is no command '%s'; %s"
        .formatted(
            first,
            NearestName.of(first, commands)
                .map("did you mean %s?"::formatted)
                .orElse("commands are " + found));
  }
}
