package io.eplb.cli.completion;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The completion script of zsh: a function per command, which describes it to {@code _arguments} of
 * zsh's completion system. It works as a file {@code _eplb} in {@code fpath} and by {@code source}.
 */
final class ZshScript {
  private static final String END =
      """
      if [[ $funcstack[1] == _eplb ]]; then
        _eplb "$@"
      else
        (( $+functions[compdef] )) || { autoload -Uz compinit && compinit }
        compdef _eplb eplb
      fi
      """;

  private ZshScript() {}

  static void write(CommandModel program, PrintWriter out) {
    out.println("#compdef eplb");
    out.println("# Completes eplb in zsh: source <(eplb generate-completion zsh)");
    program.all().forEach(command -> function(command, out));
    out.println();
    out.print(END);
  }

  private static void function(CommandModel command, PrintWriter out) {
    List<String> specs = new ArrayList<>();
    command.options().forEach(option -> specs.add(spec(option)));
    boolean selects = !command.subcommands().isEmpty();
    if (selects) {
      specs.add("'1:command:->command'");
      specs.add("'*::argument:->argument'");
    } else {
      for (int at = 0; at < command.arguments().size(); at++) {
        boolean last = at == command.arguments().size() - 1;
        Words words = command.arguments().get(at);
        specs.add(
            quoted(
                "%s:argument:%s"
                    .formatted(last && command.endless() ? "*" : at + 1, action(words))));
      }
    }
    out.println();
    out.println(name(command) + "() {");
    if (selects) {
      out.println("  local context state state_descr line curcontext=$curcontext");
      out.println("  typeset -A opt_args");
    }
    out.println("  _arguments -S " + (selects ? "-C " : "") + "\\");
    out.println(specs.stream().map("    %s"::formatted).collect(Collectors.joining(" \\\n")));
    if (selects) {
      states(command, out);
    }
    out.println("}");
  }

  private static void states(CommandModel command, PrintWriter out) {
    out.println("  case $state in");
    out.println("    command)");
    out.println("      local -a commands=(");
    for (CommandModel each : command.subcommands()) {
      out.println("        " + quoted(last(each) + ":" + each.description()));
    }
    out.println("      )");
    out.println("      _describe command commands");
    out.println("      ;;");
    out.println("    argument)");
    out.println("      case $words[1] in");
    for (CommandModel each : command.subcommands()) {
      out.println("        %s) %s ;;".formatted(last(each), name(each)));
    }
    out.println("      esac");
    out.println("      ;;");
    out.println("  esac");
  }

  /** Returns the description of an option to {@code _arguments}. */
  private static String spec(OptionModel option) {
    List<String> names = option.names();
    String others =
        option.repeatable() ? "'*'" : names.size() > 1 ? "'(" + String.join(" ", names) + ")'" : "";
    String equals = option.value().isPresent() ? "=" : "";
    String typed =
        names.size() == 1
            ? names.get(0) + equals
            : names.stream()
                .map(name -> name + (name.startsWith("--") ? equals : ""))
                .collect(Collectors.joining(",", "{", "}"));
    String value =
        option
            .value()
            .map(
                words ->
                    ":%s%s:%s"
                        .formatted(
                            option.several() ? "*-*:" : "", colons(option.label()), action(words)))
            .orElse("");
    return others + typed + quoted("[" + brackets(option.description()) + "]" + value);
  }

  private static String action(Words words) {
    return switch (words.kind()) {
      case TEXT -> " ";
      case CHOICE -> "(" + String.join(" ", words.values()) + ")";
      case LIST -> "_sequence compadd - " + String.join(" ", words.values());
      case FILE -> words.values().isEmpty() ? "_files" : files(words.values());
      case FOLDER -> "_files -/";
    };
  }

  /**
   * Returns the call for files with certain endings; one alone in brackets would be a qualifier.
   */
  private static String files(List<String> endings) {
    String all = String.join("|", endings);
    return "_files -g \"*%s\"".formatted(endings.size() == 1 ? all : "(" + all + ")");
  }

  private static String name(CommandModel command) {
    return command.path().isEmpty()
        ? "_eplb"
        : "_eplb_" + String.join("_", command.path()).replace('-', '_');
  }

  private static String last(CommandModel command) {
    return command.path().get(command.path().size() - 1);
  }

  private static String brackets(String text) {
    return text.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]");
  }

  private static String colons(String text) {
    return text.replace("\\", "\\\\").replace(":", "\\:");
  }

  private static String quoted(String text) {
    return "'" + text.replace("'", "'\\''") + "'";
  }
}
