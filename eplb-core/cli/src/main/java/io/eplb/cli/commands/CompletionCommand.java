package io.eplb.cli.commands;

import io.eplb.cli.completion.Shell;
import java.util.Arrays;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** The command {@code eplb generate-completion}: prints a completion script for a shell. */
@Command(
    name = "generate-completion",
    description = {
      "Prints a script that completes the arguments of eplb in a shell.",
      "For this session:",
      "  source <(eplb generate-completion)          (bash)",
      "  source <(eplb generate-completion zsh)      (zsh)",
      "  eplb generate-completion fish | source      (fish)",
      "Put that line into the shell's start file for all sessions."
    })
public final class CompletionCommand extends EplbCommand {
  @Spec private CommandSpec spec;

  @Parameters(
      arity = "0..1",
      paramLabel = "SHELL",
      defaultValue = "bash",
      converter = ShellConverter.class,
      description = "bash, zsh or fish (default: ${DEFAULT-VALUE}).")
  private Shell shell = Shell.BASH;

  @Override
  public Integer call() {
    shell.print(spec.root(), out());
    return 0;
  }

  private static final class ShellConverter implements ITypeConverter<Shell> {
    @Override
    public Shell convert(String text) {
      return Arrays.stream(Shell.values())
          .filter(shell -> shell.toString().equals(text))
          .findFirst()
          .orElseThrow(
              () ->
                  new TypeConversionException(
                      "there is no completion for '%s'; shells are %s"
                          .formatted(
                              text,
                              Arrays.stream(Shell.values())
                                  .map(Shell::toString)
                                  .collect(Collectors.joining(", ")))));
    }
  }
}
