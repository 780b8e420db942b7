package io.eplb.cli.completion;

import io.eplb.cli.arguments.FileNames;
import io.eplb.cli.arguments.PolicyNames;
import java.util.List;
import java.util.stream.StreamSupport;
import picocli.CommandLine.Model.ArgSpec;

/**
 * The words that a shell offers in one place.
 *
 * @param kind the kind of word
 * @param values the words of a choice or a list, the endings of files; else empty
 */
record Words(Kind kind, List<String> values) {
  /** The kinds of word. */
  enum Kind {
    /** Anything; nothing is offered. */
    TEXT,
    /** One word out of some. */
    CHOICE,
    /** Some words between commas, each once. */
    LIST,
    /** A file or a folder. */
    FILE,
    /** A folder. */
    FOLDER
  }

  /** Returns whether only certain words are right. */
  boolean enumerated() {
    return kind == Kind.CHOICE || kind == Kind.LIST;
  }

  static Words choice(Iterable<String> values) {
    return new Words(Kind.CHOICE, list(values));
  }

  /** Returns the words that an option or a parameter takes, by its completion candidates. */
  static Words of(ArgSpec argument) {
    Iterable<String> candidates = argument.completionCandidates();
    if (candidates == null) {
      return new Words(Kind.TEXT, List.of());
    }
    if (candidates instanceof FileNames.Folders) {
      return new Words(Kind.FOLDER, List.of());
    }
    if (candidates instanceof FileNames) {
      return new Words(Kind.FILE, list(candidates));
    }
    return candidates instanceof PolicyNames.Listed
        ? new Words(Kind.LIST, list(candidates))
        : choice(candidates);
  }

  private static List<String> list(Iterable<String> values) {
    return StreamSupport.stream(values.spliterator(), false).toList();
  }
}
