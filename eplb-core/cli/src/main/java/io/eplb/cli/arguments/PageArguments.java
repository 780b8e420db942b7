package io.eplb.cli.arguments;

import io.eplb.api.InvalidInputException;
import io.eplb.core.format.InputSource;
import io.eplb.core.format.OutputTarget;
import java.io.OutputStream;
import java.util.Collection;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option for a report with pictures. */
public final class PageArguments {
  @Option(
      names = "--report",
      paramLabel = "FILE",
      completionCandidates = FileNames.Pages.class,
      description =
          "Also write a report with pictures: one HTML file that needs nothing beside itself; - is"
              + " stdout.")
  private @Nullable String report;

  /** Returns whether a report is wanted. */
  public boolean wanted() {
    return report != null;
  }

  /**
   * Refuses {@code --force} of a command that writes nothing but a report, where none is wanted.
   *
   * @throws InvalidInputException if it is given without a report
   */
  public void requireWanted(boolean force) {
    if (force && !wanted()) {
      throw new InvalidInputException(
          "--force replaces an existing report, and none is written; name one with --report, or leave"
              + " --force out");
    }
  }

  /**
   * Returns the file of the report, if one is wanted; checks that it can be written and would
   * replace no input.
   *
   * @param force whether an existing file may be replaced
   */
  public Optional<OutputTarget> resolve(
      Collection<InputSource> inputs, OutputStream standardOutput, boolean force) {
    return Optional.ofNullable(report)
        .map(name -> OutputTarget.of(name, standardOutput, force, inputs));
  }
}
