package io.eplb.pages;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The fenced blocks of a page in Markdown, and the commands in them. */
final class Page {
  /** A first line that says why the commands of a block are not run. */
  static final String NEEDS = "# Needs ";

  private static final String FENCE = "```";
  private static final Set<String> LANGUAGES =
      Set.of("sh", "console", "text", "json", "yaml", "xml", "java", "python", "properties");

  /** A line that a reader would take for a command. */
  private static final Pattern COMMAND =
      Pattern.compile(
          "\\$ .*|(eplb [a-z][a-z-]*|\\S*bin/eplb|curl|mvn|pip3?|python3?|vllm|docker|systemctl)( .*|$)");

  /** A command that would keep the page from going on. */
  private static final Pattern FOREGROUND = Pattern.compile("(\\$ )?eplb serve\\b.*[^&]");

  private final String name;
  private final List<Block> blocks;

  private Page(String name, List<Block> blocks) {
    this.name = name;
    this.blocks = blocks;
  }

  private record Block(int line, String language, List<String> lines, String paragraph, int end) {
    boolean isOutputOf(Block commands) {
      return (language.equals("text") || language.equals("json")) && line == commands.end + 1;
    }

    ExpectedOutput output(List<String> lines) {
      return paragraph.contains("vary")
          ? ExpectedOutput.ofVaryingFigures(lines)
          : ExpectedOutput.of(lines);
    }

    boolean runs() {
      return need() == null && (language.equals("sh") || language.equals("console"));
    }

    @Nullable String need() {
      return language.equals("sh") && lines.get(0).startsWith(NEEDS) ? lines.get(0) : null;
    }
  }

  /** Reads a page; the name is for messages. */
  static Page read(String name, Path file) throws IOException {
    return of(name, Files.readAllLines(file));
  }

  /** Returns the page of these lines. */
  static Page of(String name, List<String> lines) {
    List<Block> blocks = new ArrayList<>();
    String paragraph = "";
    boolean ended = true;
    for (int at = 0; at < lines.size(); at++) {
      String line = lines.get(at);
      if (line.startsWith(FENCE)) {
        int end = at + 1;
        while (!lines.get(end).equals(FENCE)) {
          end++;
        }
        blocks.add(
            new Block(
                at + 1,
                line.substring(FENCE.length()),
                List.copyOf(lines.subList(at + 1, end)),
                paragraph,
                end + 1));
        at = end;
      } else if (line.isBlank()) {
        ended = true;
      } else {
        paragraph = ended ? line : paragraph + "\n" + line;
        ended = false;
      }
    }
    return new Page(name, blocks);
  }

  /** Returns the commands that are run, in order. */
  List<PageStep> steps() {
    List<PageStep> steps = new ArrayList<>();
    for (int at = 0; at < blocks.size(); at++) {
      Block block = blocks.get(at);
      if (block.language.equals("console")) {
        addSession(steps, block);
      } else if (block.language.equals("sh") && block.need() == null) {
        Block next = at + 1 < blocks.size() ? blocks.get(at + 1) : block;
        ExpectedOutput output = next.isOutputOf(block) ? block.output(next.lines) : null;
        steps.add(new PageStep(block.line + 1, String.join("\n", block.lines), output, false));
      }
    }
    return steps;
  }

  private static void addSession(List<PageStep> steps, Block session) {
    List<String> lines = session.lines;
    int at = 0;
    while (at < lines.size()) {
      int start = at;
      StringBuilder command = new StringBuilder(lines.get(at++).substring("$ ".length()));
      while (command.charAt(command.length() - 1) == '\\') {
        command.append('\n').append(lines.get(at++));
      }
      int first = at;
      while (at < lines.size() && !lines.get(at).startsWith("$ ")) {
        at++;
      }
      boolean mayFail = at < lines.size() && lines.get(at).equals("$ echo $?");
      steps.add(
          new PageStep(
              session.line + 1 + start,
              command.toString(),
              session.output(lines.subList(first, at)),
              mayFail));
    }
  }

  /** Returns the blocks of Java. */
  List<String> programs() {
    return blocks.stream()
        .filter(block -> block.language.equals("java"))
        .map(block -> String.join("\n", block.lines))
        .toList();
  }

  /** Returns the blocks that are not run, each with what it needs. */
  List<String> notRun() {
    return blocks.stream()
        .filter(block -> block.need() != null)
        .map(block -> name + ":" + block.line + ": " + block.need())
        .toList();
  }

  /** Returns what keeps a command of the page from being seen, one line per place. */
  List<String> faults() {
    List<String> faults = new ArrayList<>();
    for (Block block : blocks) {
      String place = name + ":" + block.line + ": ";
      if (!LANGUAGES.contains(block.language)) {
        faults.add(place + "a block '" + block.language + "'; expected one of " + LANGUAGES);
      } else if (block.lines.isEmpty()) {
        faults.add(place + "an empty block");
      } else if (block.language.equals("console") && !block.lines.get(0).startsWith("$ ")) {
        faults.add(place + "a session begins with '$ '");
      } else if (block.runs()) {
        block.lines.stream()
            .filter(line -> FOREGROUND.matcher(line).matches())
            .forEach(line -> faults.add(place + "a service that never ends: " + line));
      } else if (!block.language.equals("sh")) {
        block.lines.stream()
            .filter(line -> COMMAND.matcher(line).matches())
            .forEach(line -> faults.add(place + "a command outside sh and console: " + line));
      }
    }
    return faults;
  }
}
