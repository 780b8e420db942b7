package io.eplb.cli.completion;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.function.BiConsumer;
import picocli.CommandLine.Model.CommandSpec;

/** The shells that a completion script can be written for. */
public enum Shell {
  BASH(BashScript::write),
  ZSH(ZshScript::write),
  FISH(FishScript::write);

  @SuppressWarnings("ImmutableEnumChecker") // The functions above have no state.
  private final BiConsumer<CommandModel, PrintWriter> script;

  Shell(BiConsumer<CommandModel, PrintWriter> script) {
    this.script = script;
  }

  /**
   * Prints the script that completes a program's arguments.
   *
   * @param program the command with all its subcommands
   */
  public void print(CommandSpec program, PrintWriter out) {
    script.accept(CommandModel.of(program), out);
  }

  /** Returns the word as it is typed and completed. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
