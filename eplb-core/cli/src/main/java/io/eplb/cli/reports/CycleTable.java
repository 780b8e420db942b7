package io.eplb.cli.reports;

import io.eplb.api.EpTopology;
import io.eplb.api.wording.Counted;
import io.eplb.core.balance.BalanceSummary;
import io.eplb.core.runtime.CycleReport;
import java.time.Duration;

/** The balance cycles of a demonstration, printed line by line while it runs. */
public final class CycleTable {
  private static final String COLUMNS = "%5s %15s %7s %6s %7s %7s %7s  %s";

  private final TextReport text;

  /** Creates a table without a head. */
  public CycleTable(TextReport text) {
    this.text = text;
  }

  /** Prints the subject of the demonstration and the head of the table. */
  public void head(DemoReport.Setting setting, long steps) {
    EpTopology topology = setting.topology();
    text.row(
        "recording",
        "%s: %s × %s × %s over %s",
        setting.recording(),
        Counted.grouped(setting.windows(), "window"),
        Counted.grouped(setting.layers(), "layer"),
        Counted.grouped(topology.experts(), "expert"),
        Counted.grouped(steps, "step"));
    text.row(
        "engine",
        "%s × %s, %s, %s; %,d bytes per expert, %s in all",
        Counted.grouped(topology.ranks(), "rank"),
        Counted.grouped(topology.slotsPerRank(), "slot"),
        Counted.grouped(topology.nodes(), "node"),
        Counted.grouped(topology.expertGroups(), "group"),
        setting.expertBytes(),
        TextReport.bytes(setting.bytes()));
    text.row(
        "policy",
        "%s, asked every %s",
        setting.policy(),
        setting.interval() == 1 ? "step" : Counted.grouped(setting.interval(), "step"));
    text.blank();
    text.line("cycle             PAR   moved layers plan ms move ms hold ms  outcome");
    text.flush();
  }

  /** Prints a cycle after its end. */
  public void print(CycleReport cycle) {
    text.line(
        COLUMNS,
        cycle.cycle(),
        cycle
            .balance()
            .map(balance -> mean(balance.before()) + " → " + mean(balance.after()))
            .orElse(""),
        TextReport.text("%,d", cycle.expertsMoved()),
        cycle.layersCommitted(),
        shown(cycle.planTime()),
        cycle.update().map(update -> shown(update.duration())).orElse(""),
        cycle.update().map(update -> shown(update.totalPause())).orElse(""),
        cycle.outcome());
    if (cycle.layersAborted() > 0) {
      text.line("       %s aborted", Counted.grouped(cycle.layersAborted(), "layer"));
    }
    if (!cycle.reason().isEmpty()) {
      text.wrapped(7, "       " + cycle.reason());
    }
    text.flush();
  }

  /** Prints a repair after its end. */
  public void print(DemoReport.Repair repair) {
    String key = "repair";
    for (String line : repair.lines()) {
      text.wrapped(8, TextReport.text("%6s  %s", key, line));
      key = "";
    }
    text.flush();
  }

  /** Returns a cycle as an object of the demonstration's JSON form. */
  static JsonObject json(CycleReport cycle) {
    JsonObject json =
        new JsonObject()
            .with("cycle", cycle.cycle())
            .with("outcome", cycle.outcome().toString())
            .with("reason", cycle.reason())
            .with("version", cycle.version());
    cycle
        .balance()
        .ifPresent(
            balance ->
                json.with("parBefore", BalanceFigures.json(balance.before()))
                    .with("parAfter", BalanceFigures.json(balance.after())));
    json.with("expertsMoved", cycle.expertsMoved())
        .with("layersCommitted", cycle.layersCommitted())
        .with("layersAborted", cycle.layersAborted())
        .with("layersNotWorthIt", cycle.layersNotWorthIt())
        .with("layersRejected", cycle.layersRejected())
        .with("planMillis", millis(cycle.planTime()));
    cycle
        .update()
        .ifPresent(
            update ->
                json.with("updateMillis", millis(update.duration()))
                    .with("pauses", update.pauses())
                    .with("longestPauseMillis", millis(update.longestPause()))
                    .with("pauseMillis", millis(update.totalPause()))
                    .with("bytesMoved", update.bytes()));
    return json;
  }

  private static String mean(BalanceSummary par) {
    return TextReport.text("%.4f", par.mean());
  }

  private static String shown(Duration duration) {
    return TextReport.text("%.1f", millis(duration));
  }

  private static double millis(Duration duration) {
    return duration.toNanos() / 1e6;
  }
}
