package io.eplb.cli.completion;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * One command of the program, and what can be typed after it.
 *
 * @param path the words that select it after the program's name; empty for the program itself
 * @param description its effect in some words
 * @param options its options
 * @param arguments the words at each position after the command; subcommands are one of them
 * @param endless whether the last of them may be repeated without end
 * @param subcommands the commands that it selects among
 */
record CommandModel(
    List<String> path,
    String description,
    List<OptionModel> options,
    List<Words> arguments,
    boolean endless,
    List<CommandModel> subcommands) {
  /** The label of a parameter that takes the name of a command. */
  private static final String COMMAND = "COMMAND";

  /** Returns the model of a command and all below it. */
  static CommandModel of(CommandSpec command) {
    return of(command, List.of());
  }

  private static CommandModel of(CommandSpec command, List<String> path) {
    List<CommandModel> subcommands =
        command.subcommands().entrySet().stream()
            .filter(each -> !each.getValue().getCommandSpec().usageMessage().hidden())
            .map(
                each ->
                    of(
                        each.getValue().getCommandSpec(),
                        Stream.concat(path.stream(), Stream.of(each.getKey())).toList()))
            .toList();
    List<Words> arguments = new ArrayList<>();
    boolean endless = false;
    if (!subcommands.isEmpty()) {
      arguments.add(Words.choice(subcommands.stream().map(CommandModel::word).toList()));
    }
    for (PositionalParamSpec parameter : command.positionalParameters()) {
      arguments.add(words(parameter));
      endless |= parameter.arity().max() > 1;
    }
    return new CommandModel(
        path,
        brief(
            command.usageMessage().header().length > 0
                ? command.usageMessage().header()
                : command.usageMessage().description()),
        command.options().stream().filter(each -> !each.hidden()).map(OptionModel::of).toList(),
        arguments,
        endless,
        subcommands);
  }

  private static Words words(PositionalParamSpec parameter) {
    CommandLine parent = parameter.command().commandLine().getParent();
    return parameter.paramLabel().equals(COMMAND) && parent != null
        ? Words.choice(parent.getSubcommands().keySet())
        : Words.of(parameter);
  }

  /** Returns this command and all below it. */
  Stream<CommandModel> all() {
    return Stream.concat(Stream.of(this), subcommands.stream().flatMap(CommandModel::all));
  }

  /** Returns the path as one text. */
  String name() {
    return String.join(" ", path);
  }

  /** Returns the last word that selects it. */
  private String word() {
    return path.get(path.size() - 1);
  }

  /** Returns the beginning of a help text, up to its first pause. */
  static String brief(String... text) {
    return String.join(" ", text).split("[.;:]( |$)| \\(", 2)[0];
  }
}
