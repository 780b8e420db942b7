package io.eplb.cli.reports;

import io.eplb.api.EpTopology;
import io.eplb.api.wording.Counted;
import java.util.List;
import java.util.Optional;

/**
 * The result of {@code eplb demo --processes}.
 *
 * @param recording the recording's name
 * @param layers the number of its layers
 * @param topology the group
 * @param seed the seed of the kills
 * @param kills the processes that were killed, in their order
 * @param seconds the time of all
 * @param versions the versions that were committed
 * @param steps the steps of all ranks
 * @param starts the starts of engines
 * @param slots the slots that were read at the end
 * @param bytes their bytes
 * @param fault the first thing that was wrong; empty if all is right
 */
public record ProcessDemoReport(
    String recording,
    int layers,
    EpTopology topology,
    long seed,
    List<Kill> kills,
    double seconds,
    long versions,
    long steps,
    int starts,
    long slots,
    long bytes,
    Optional<String> fault)
    implements Report {
  /** Copies the list. */
  public ProcessDemoReport {
    kills = List.copyOf(kills);
  }

  /**
   * A process that was killed.
   *
   * @param name its name
   * @param second the time since the start
   * @param version the version in force then
   * @param recovered the version that was committed next with all ranks there
   * @param seconds the time until then
   */
  public record Kill(String name, double second, long version, long recovered, double seconds) {
    /** Prints the kill as a row of the table. */
    public void print(TextReport text) {
      text.line("%6.1f s  %-24s %10d %10d %10.1f s", second, name, version, recovered, seconds);
    }
  }

  /** Prints the head of the table of kills. */
  public static void head(TextReport text) {
    text.line("%8s  %-24s %10s %10s %12s", "at", "killed", "version", "next", "after");
  }

  @Override
  public JsonObject json() {
    return new JsonObject()
        .with("recording", recording)
        .with("layers", layers)
        .with("experts", topology.experts())
        .with("ranks", topology.ranks())
        .with("seed", seed)
        .with("seconds", seconds)
        .with(
            "kills",
            kills.stream()
                .map(
                    kill ->
                        new JsonObject()
                            .with("killed", kill.name())
                            .with("second", kill.second())
                            .with("version", kill.version())
                            .with("nextVersion", kill.recovered())
                            .with("seconds", kill.seconds())))
        .with("versions", versions)
        .with("steps", steps)
        .with("engineStarts", starts)
        .with("slotsVerified", slots)
        .with("bytesVerified", bytes)
        .with("fault", fault);
  }

  @Override
  public void print(TextReport text) {
    text.blank();
    text.row("served", "%s of all ranks, in %.1f s", Counted.of(steps, "step"), seconds);
    text.row("switched", "%s, while all ranks served", Counted.of(versions, "version"));
    text.row(
        "killed",
        "%d processes, each started again; the ranks' engines started %d times",
        kills.size(),
        starts);
    text.row(
        "verified",
        "%d slots, %s, against the record's table; one version per step on all ranks",
        slots,
        TextReport.bytes(bytes));
    text.row("result", "%s", fault.map(found -> "wrong: " + found).orElse("all is right"));
  }
}
