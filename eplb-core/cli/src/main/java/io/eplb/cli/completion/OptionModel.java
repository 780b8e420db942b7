package io.eplb.cli.completion;

import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.OptionSpec;

/**
 * One option of a command.
 *
 * @param names its names, such as {@code -h} and {@code --help}
 * @param description its effect in some words
 * @param label the name of its value in help texts
 * @param value the words that it takes; empty for an option without a value
 * @param repeatable whether it may be given several times
 * @param several whether one option may be followed by several values
 */
record OptionModel(
    List<String> names,
    String description,
    String label,
    Optional<Words> value,
    boolean repeatable,
    boolean several) {
  static OptionModel of(OptionSpec option) {
    return new OptionModel(
        List.of(option.names()),
        CommandModel.brief(option.description()),
        option.paramLabel(),
        option.arity().max() == 0 ? Optional.empty() : Optional.of(Words.of(option)),
        option.isMultiValue(),
        option.arity().max() > 1);
  }
}
