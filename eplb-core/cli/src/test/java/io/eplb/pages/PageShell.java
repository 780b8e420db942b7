package io.eplb.pages;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * One shell that runs the commands of a page in a folder laid out like a clone: with the launcher,
 * the examples and the Python package, and with {@code eplb} and {@code python3} on the path. What
 * the commands leave in the background ends with them.
 */
final class PageShell {
  /**
   * Notes the status of every command that fails; {@code ended} prints it behind a mark, and leaves
   * {@code $?} as the step did, for a step {@code echo $?}.
   */
  private static final String PROLOGUE =
      """
      set -E
      failed=0 leaving=
      trap 'status=$?; if [ -n "$leaving" ]; then leaving=; else failed=$status; fi' ERR
      trap 'kill $(jobs -p) 2>/dev/null; wait' EXIT
      ended() {
        local last=$?
        echo "$1 $failed"
        failed=0
        [ $last = 0 ] || leaving=1
        return $last
      }
      """;

  private final Path folder;
  private final Path log;

  /** Creates a shell that works in a folder, and keeps what is printed in a file. */
  PageShell(Path folder, Path log) {
    this.folder = folder;
    this.log = log;
  }

  /** The end of a step: what it printed, and the status of its last command that failed, or 0. */
  record Ended(String printed, int status) {}

  /** Runs the steps; the answer is shorter than the list if the shell ended before its end. */
  List<Ended> run(List<PageStep> steps) throws IOException, InterruptedException {
    String mark = UUID.randomUUID().toString();
    StringBuilder script = new StringBuilder(PROLOGUE);
    for (PageStep step : steps) {
      script.append(step.command()).append("\nended ").append(mark).append('\n');
    }
    Path file = Files.writeString(folder.resolve(".commands"), script);
    ProcessBuilder builder = new ProcessBuilder("bash", file.toString());
    builder.environment().put("HOME", folder.toString());
    builder
        .environment()
        .put("PATH", folder.resolve("eplb-core/bin") + ":" + System.getenv("PATH"));
    // The build that runs this test has just made the jars.
    builder.environment().put("EPLB_NO_BUILD", "1");
    builder.environment().put("PYTHONDONTWRITEBYTECODE", "1");
    builder.environment().remove("COLUMNS");
    builder
        .directory(folder.toFile())
        .redirectErrorStream(true)
        .redirectOutput(log.toFile())
        .start()
        .waitFor();
    List<Ended> ended = new ArrayList<>();
    String rest = Files.readString(log);
    for (int at = rest.indexOf(mark); at >= 0; at = rest.indexOf(mark)) {
      int newline = rest.indexOf('\n', at);
      int status = Integer.parseInt(rest.substring(at + mark.length() + 1, newline));
      ended.add(new Ended(rest.substring(0, at), status));
      rest = rest.substring(newline + 1);
    }
    return ended;
  }
}
