package io.eplb.cli.completion;

import io.eplb.cli.completion.Words.Kind;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/**
 * The completion script of bash, for version 3.2 and newer.
 *
 * <p>Functions made of {@code case} tell what a command has. They are asked by a fixed part, which
 * walks through the words of the line. Bash splits words at {@code =} and {@code :} too, so it puts
 * them together first, and offers only the part behind the last of these.
 */
final class BashScript {
  private static final String WALK =
      """

      _eplb() {
        local IFS=$' \\t\\n'
        local line=${COMP_LINE:0:COMP_POINT} words=() last=-1 word value name names piece=$2 at
        for ((at = 0; at <= COMP_CWORD; at++)); do
          if [[ $at -eq 0 || $line == [[:space:]]* ]]; then
            line=${line#"${line%%[![:space:]]*}"}
            words[++last]=
          fi
          word=${COMP_WORDS[at]}
          [[ $at -eq $COMP_CWORD ]] && word=$line
          words[last]+=$word
          line=${line#"$word"}
        done
        [[ $piece == [=:] ]] && piece=

        # The command, the option that waits for a value, and the arguments before the cursor.
        local command= option= kind= values= several= position=0 given=' '
        for ((at = 1; at < last; at++)); do
          word=${words[at]}
          if [[ $option && ! ($several && $word == -*) ]]; then
            [[ $several ]] || option=
          elif [[ $word == -?* ]]; then
            option=
            given+="${word%%=*} "
            _eplb_value "$command" "$word"
            [[ $kind ]] && option=$word
          elif _eplb_is_command "$command $word"; then
            command=${command:+$command }$word
          else
            position=$((position + 1))
          fi
        done

        value=${words[last]}
        if [[ $option && ! ($several && $value == -*) ]]; then
          _eplb_value "$command" "$option"
        elif [[ $value == --*=* ]]; then
          _eplb_value "$command" "${value%%=*}"
          value=${value#*=}
        elif [[ $value == -* ]]; then
          kind=option
        else
          _eplb_value "$command" "$position"
          [[ $kind || $value ]] || kind=option
        fi

        COMPREPLY=()
        case $kind in
          choice) _eplb_offer "$values" ;;
          list)
            local before=${value%"${value##*,}"}
            [[ ${value##*,} == *:* ]] && return
            compopt -o nospace 2>/dev/null
            for name in $values; do
              [[ ,$before == *,$name,* ]] || _eplb_offer "$before$name"
            done
            ;;
          option)
            _eplb_options "$command"
            for names in $values; do
              for name in ${names//,/ }; do
                [[ $names != +* && $given == *" $name "* ]] && continue 2
              done
              names=${names#+,}
              _eplb_offer "${names//,/ }"
            done
            ;;
          file | folder)
            compopt -o filenames 2>/dev/null
            while IFS= read -r name; do
              COMPREPLY+=("$name")
            done < <(_eplb_files "$piece" $values)
            ;;
        esac
      }

      # Offers those of some words that begin like the value.
      _eplb_offer() {
        local word start=${value%"$piece"}
        for word in $1; do
          [[ $word == "$value"* ]] && COMPREPLY+=("${word#"$start"}")
        done
      }

      # Lists folders and the files with certain endings; all files if there are none of these.
      _eplb_files() {
        local piece=$1 name ending found
        shift
        found=$(
          compgen -d -- "$piece"
          for ending; do
            compgen -f -X "!*$ending" -- "$piece"
          done
        )
        if [[ -z $found && $kind == file ]]; then
          found=$(compgen -f -- "$piece")
        fi
        [[ -z $found ]] || printf '%s\\n' "$found"
      }

      complete -F _eplb eplb
      """;

  private BashScript() {}

  static void write(CommandModel program, PrintWriter out) {
    List<CommandModel> commands = program.all().toList();
    out.println("# Completes eplb in bash: source <(eplb generate-completion bash)");
    out.println();
    out.println("_eplb_is_command() {");
    out.println("  case $1 in");
    commands.stream()
        .filter(command -> !command.path().isEmpty())
        .forEach(command -> out.println("    " + quoted(typed(command)) + ") return 0 ;;"));
    out.println("    *) return 1 ;;");
    out.println("  esac");
    out.println("}");
    out.println();
    out.println(
        "# The options of a command; names between commas are one option, + may be repeated.");
    out.println("_eplb_options() {");
    out.println("  case $1 in");
    commands.forEach(command -> options(command, out));
    out.println("  esac");
    out.println("}");
    out.println();
    out.println("# The words that an option of a command takes, or one of its arguments.");
    out.println("_eplb_value() {");
    out.println("  kind= values= several=");
    out.println("  case \"$1 $2\" in");
    commands.forEach(command -> values(command, out));
    out.println("  esac");
    out.println("}");
    out.print(WALK);
  }

  /** Returns a command as the script knows it: the command before it, a blank, and its name. */
  private static String typed(CommandModel command) {
    return command.path().size() == 1 ? " " + command.name() : command.name();
  }

  private static void options(CommandModel command, PrintWriter out) {
    List<String> once =
        command.options().stream()
            .map(option -> (option.repeatable() ? "+," : "") + String.join(",", option.names()))
            .toList();
    out.println(
        "    %s) values=%s ;;".formatted(quoted(command.name()), quoted(String.join(" ", once))));
  }

  private static void values(CommandModel command, PrintWriter out) {
    for (OptionModel option : command.options()) {
      if (option.value().isPresent()) {
        for (String name : option.names()) {
          String place = quoted(command.name() + " " + name);
          value(place, option.value().get(), option.several() ? " several=1" : "", out);
        }
      }
    }
    for (int at = 0; at < command.arguments().size(); at++) {
      boolean last = at == command.arguments().size() - 1;
      value(
          last && command.endless()
              ? quoted(command.name() + " ") + "[0-9]*"
              : quoted(command.name() + " " + at),
          command.arguments().get(at),
          "",
          out);
    }
  }

  private static void value(String place, Words words, String more, PrintWriter out) {
    String values =
        words.enumerated() || words.kind() == Kind.FILE
            ? " values=" + quoted(String.join(" ", words.values()))
            : "";
    out.println(
        "    %s) kind=%s%s%s ;;"
            .formatted(place, words.kind().name().toLowerCase(Locale.ROOT), values, more));
  }

  private static String quoted(String text) {
    return "'" + text.replace("'", "'\\''") + "'";
  }
}
