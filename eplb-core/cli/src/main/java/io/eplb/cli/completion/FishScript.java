package io.eplb.cli.completion;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The completion script of fish, for version 3.1 and newer. As in {@link BashScript}, functions of
 * cases tell what a command has, and a fixed part walks through the words of the line.
 */
final class FishScript {
  private static final String WALK =
      """

      function __eplb_complete
          # The command, the option that waits for a value, and the arguments before the cursor.
          set -l command ''
          set -l option ''
          set -l several no
          set -l position 0
          set -l given
          for word in (commandline -opc)[2..-1]
              set -l dashed no
              string match -q -- '-?*' $word; and set dashed yes
              if test -n "$option" -a "$several$dashed" != yesyes
                  test $several = yes; or set option ''
              else if test $dashed = yes
                  set -a given (string replace -r '=.*' '' -- $word)
                  set option ''
                  set -l takes (__eplb_value "$command $word")
                  if set -q takes[1]
                      set option $word
                      set several $takes[1]
                  end
              else if __eplb_is_command (string trim "$command $word")
                  set command (string trim "$command $word")
              else
                  set position (math $position + 1)
              end
          end

          set -l value (commandline -ct)
          set -l before ''
          set -l takes
          if test -n "$option"; and not string match -q -- 'yes-*' "$several$value"
              set takes (__eplb_value "$command $option")
          else if string match -q -- '--*=*' "$value"
              set before (string replace -r '=.*' '=' -- "$value")
              set takes (__eplb_value "$command "(string replace -r '=.*' '' -- "$value"))
              set value (string replace -r '^[^=]*=' '' -- "$value")
          else if string match -q -- '-*' "$value"
              __eplb_new_options "$command" $given
              return
          else
              set takes (__eplb_value "$command $position")
              set -q takes[1]; or set takes (__eplb_value "$command rest")
          end
          switch "$takes[2]"
              case choice
                  printf '%s\\n' $before$takes[3..-1]
              case list
                  set -l names (string split , -- "$value")
                  string match -q -- '*:*' "$names[-1]"; and return
                  set -l start (string replace -r '[^,]*$' '' -- "$value")
                  for name in $takes[3..-1]
                      contains -- $name $names[1..-2]; or echo $before$start$name
                  end
              case file folder
                  set -l paths (__eplb_paths "$value" $takes[2..-1])
                  set -q paths[1]; and printf '%s\\n' $before$paths
          end
      end

      # Lists the options of a command that may be given now.
      function __eplb_new_options
          for line in (__eplb_options $argv[1])
              set -l parts (string split \\t -- $line)
              set -l names (string split , -- $parts[2])
              set -l gone no
              for name in $names
                  contains -- $name $argv[2..-1]; and test $parts[1] = once; and set gone yes
              end
              for name in $names
                  test $gone = yes; or printf '%s\\t%s\\n' $name $parts[3]
              end
          end
      end

      # Lists folders and the files with certain endings; all files if there are none of these.
      function __eplb_paths --argument-names value kind
          set -l all (complete -C "'' $value" | string replace -r '\\t.*' '')
          set -l folders (string match -- '*/' $all)
          set -l found
          for ending in $argv[3..-1]
              set -a found (string match -- "*$ending" $all)
          end
          if set -q folders[1] found[1]; or test $kind = folder
              set -a found $folders
              set -q found[1]; and printf '%s\\n' $found
          else
              printf '%s\\n' $all
          end
      end

      complete -c eplb -e
      complete -c eplb -f -a '(__eplb_complete)'
      """;

  private FishScript() {}

  static void write(CommandModel program, PrintWriter out) {
    List<CommandModel> commands = program.all().toList();
    out.println("# Completes eplb in fish: eplb generate-completion fish | source");
    out.println();
    out.println("function __eplb_is_command");
    out.println(
        commands.stream()
            .filter(command -> !command.path().isEmpty())
            .map(command -> quoted(command.name()))
            .collect(Collectors.joining(" ", "    contains -- $argv[1] ", "")));
    out.println("end");
    out.println();
    out.println("# The options of a command: may they be repeated, their names, their effect.");
    out.println("function __eplb_options");
    out.println("    switch $argv[1]");
    commands.forEach(command -> options(command, out));
    out.println("    end");
    out.println("end");
    out.println();
    out.println("# The words that an option or an argument takes: several or not, kind, words.");
    out.println("function __eplb_value");
    out.println("    switch $argv[1]");
    commands.forEach(command -> values(command, out));
    out.println("    end");
    out.println("end");
    out.print(WALK);
  }

  private static void options(CommandModel command, PrintWriter out) {
    out.println("        case " + quoted(command.name()));
    for (OptionModel option : command.options()) {
      print(
          Stream.of(
              (option.repeatable() ? "often" : "once")
                  + "\t"
                  + String.join(",", option.names())
                  + "\t"
                  + option.description()),
          out);
    }
  }

  private static void values(CommandModel command, PrintWriter out) {
    for (OptionModel option : command.options()) {
      option
          .value()
          .ifPresent(
              words -> {
                out.println(
                    option.names().stream()
                        .map(name -> quoted(command.name() + " " + name))
                        .collect(Collectors.joining(" ", "        case ", "")));
                value(words, option.several(), out);
              });
    }
    for (int at = 0; at < command.arguments().size(); at++) {
      boolean last = at == command.arguments().size() - 1;
      out.println(
          "        case "
              + quoted(command.name() + " " + (last && command.endless() ? "rest" : at)));
      value(command.arguments().get(at), false, out);
    }
  }

  private static void value(Words words, boolean several, PrintWriter out) {
    print(
        Stream.concat(
            Stream.of(several ? "yes" : "no", words.kind().name().toLowerCase(Locale.ROOT)),
            words.values().stream()),
        out);
  }

  private static void print(Stream<String> lines, PrintWriter out) {
    out.println(
        lines
            .map(FishScript::quoted)
            .collect(Collectors.joining(" ", "            printf '%s\\n' ", "")));
  }

  private static String quoted(String text) {
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
  }
}
