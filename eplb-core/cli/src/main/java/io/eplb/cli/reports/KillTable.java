package io.eplb.cli.reports;

import io.eplb.api.EpTopology;
import io.eplb.api.wording.Counted;

/** The kills of a demonstration with processes, printed line by line while it runs. */
public final class KillTable {
  private final TextReport text;

  /** Creates a table without a head. */
  public KillTable(TextReport text) {
    this.text = text;
  }

  /** Prints the subject of the demonstration and the head of the table. */
  public void head(ProcessDemoReport.Setting setting) {
    EpTopology topology = setting.topology();
    text.row(
        "recording",
        "%s: %s × %s",
        setting.recording(),
        Counted.grouped(setting.layers(), "layer"),
        Counted.grouped(topology.experts(), "expert"));
    text.row(
        "group",
        "%s × %s: an engine and an agent each, two planners, a ZooKeeper server",
        Counted.grouped(topology.ranks(), "rank"),
        Counted.grouped(topology.slotsPerRank(), "slot"));
    text.row(
        "policy",
        "%s, asked every %s",
        setting.policy(),
        Counted.grouped(setting.interval(), "step"));
    text.blank();
    text.line("%8s  %-24s %10s %10s %12s", "at", "killed", "version", "next", "after");
    text.flush();
  }

  /** Prints a kill from which the group has recovered. */
  public void print(ProcessDemoReport.Kill kill) {
    text.line(
        "%6.1f s  %-24s %10d %10d %10.1f s",
        kill.second(), kill.name(), kill.version(), kill.recovered(), kill.seconds());
    text.flush();
  }
}
