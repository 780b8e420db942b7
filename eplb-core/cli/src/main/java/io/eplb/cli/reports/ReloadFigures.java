package io.eplb.cli.reports;

import io.eplb.api.Placement;
import io.eplb.core.elastic.Reload;
import java.util.List;
import java.util.Optional;

/** The reloads of a changed map: all of them in JSON, the first ones for people. */
final class ReloadFigures {
  private static final int MOST_SHOWN = 10;

  private ReloadFigures() {}

  /** Returns a reload; the source is null if the weights come from the checkpoint. */
  static JsonObject json(Reload reload) {
    return new JsonObject()
        .with("layer", reload.layer())
        .with("rank", reload.rank())
        .with("slot", reload.slot())
        .with("expert", reload.expert())
        .with(
            "replaced", Optional.of(reload.replaced()).filter(expert -> expert != Placement.EMPTY))
        .with("source", Optional.of(reload.source()).filter(rank -> !reload.fromCheckpoint()));
  }

  /** Prints the first reloads, one a line, and how many follow. */
  static void print(List<Reload> reloads, TextReport text) {
    if (reloads.isEmpty()) {
      return;
    }
    text.row("", "%5s %5s %5s %7s %8s  %s", "layer", "rank", "slot", "expert", "replaces", "from");
    reloads.stream().limit(MOST_SHOWN).forEach(reload -> print(reload, text));
    if (reloads.size() > MOST_SHOWN) {
      text.row("", "… and %,d more; --json lists them all", reloads.size() - MOST_SHOWN);
    }
  }

  private static void print(Reload reload, TextReport text) {
    text.row(
        "",
        "%5d %5d %5d %7d %8s  %s",
        reload.layer(),
        reload.rank(),
        reload.slot(),
        reload.expert(),
        reload.replaced() == Placement.EMPTY ? "–" : String.valueOf(reload.replaced()),
        reload.fromCheckpoint()
            ? "the checkpoint"
            : reload.withinRank() ? "the same rank" : "rank " + reload.source());
  }
}
