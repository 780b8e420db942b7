package io.eplb.cli.reports;

import io.eplb.api.EpTopology;
import io.eplb.api.wording.Counted;
import java.util.List;
import java.util.Optional;

/**
 * The result of {@code eplb demo --processes}.
 *
 * @param setting the subject
 * @param kills the processes that were killed, in their order
 * @param seconds the time of all
 * @param versions the versions that were committed
 * @param steps the steps of all ranks
 * @param starts the starts of engines
 * @param bytes the bytes of all slots that were read at the end
 * @param fault the first thing that was wrong; empty if all is right
 */
public record ProcessDemoReport(
    Setting setting,
    List<Kill> kills,
    double seconds,
    long versions,
    long steps,
    int starts,
    long bytes,
    Optional<String> fault)
    implements Report {
  /** Copies the list. */
  public ProcessDemoReport {
    kills = List.copyOf(kills);
  }

  /**
   * The subject of a demonstration.
   *
   * @param recording the recording's name
   * @param layers the number of its layers
   * @param topology the group
   * @param policy the policy's name
   * @param seed the seed of the policy and of the kills
   * @param interval the steps from plan to plan
   * @param expertBytes the bytes of one expert's weights
   */
  public record Setting(
      String recording,
      int layers,
      EpTopology topology,
      String policy,
      long seed,
      long interval,
      int expertBytes) {
    /** Returns the slots of all layers. */
    long slots() {
      return (long) layers * topology.physicalExperts();
    }
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
  public record Kill(String name, double second, long version, long recovered, double seconds) {}

  @Override
  public JsonObject json() {
    return new JsonObject()
        .with("recording", setting.recording())
        .with("layers", setting.layers())
        .with("experts", setting.topology().experts())
        .with("ranks", setting.topology().ranks())
        .with("policy", setting.policy())
        .with("seed", setting.seed())
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
        .with("slotsVerified", setting.slots())
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
        setting.slots(),
        TextReport.bytes(bytes));
    text.row("result", "%s", fault.map(found -> "wrong: " + found).orElse("all is right"));
  }
}
