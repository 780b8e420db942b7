package io.eplb.cli.reports;

import io.eplb.api.ExpertTable;
import io.eplb.api.wording.Counted;
import io.eplb.api.wording.Listed;
import io.eplb.core.balance.BalanceReport;
import io.eplb.core.elastic.Rescale;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The result of {@code eplb rescale}.
 *
 * @param map the name of the map in force
 * @param current the map in force
 * @param rescale the way to the other one
 * @param before the balance of the map in force, if a load is known
 * @param after the balance of the new map, if a load is known
 * @param output the name of the written map; empty if none was written
 */
public record RescaleReport(
    String map,
    ExpertTable current,
    Rescale rescale,
    Optional<BalanceReport> before,
    Optional<BalanceReport> after,
    Optional<String> output)
    implements Report {
  private long joining() {
    return Arrays.stream(rescale.formerRanks()).filter(rank -> rank < 0).count();
  }

  private boolean renumbered() {
    int[] former = rescale.formerRanks();
    return IntStream.range(0, former.length).anyMatch(at -> former[at] >= 0 && former[at] != at);
  }

  @Override
  public JsonObject json() {
    ExpertTable table = rescale.table();
    return new JsonObject()
        .with("current", map)
        .with("layers", table.layers())
        .with("experts", table.experts())
        .with("ranksBefore", current.ranks())
        .with("slotsPerRankBefore", current.slotsPerRank())
        .with("ranks", table.ranks())
        .with("slotsPerRank", table.slotsPerRank())
        .with("leaving", Arrays.stream(rescale.leaving()).boxed().toList())
        .with(
            "formerRanks",
            Arrays.stream(rescale.formerRanks())
                .mapToObj(rank -> rank < 0 ? Optional.empty() : Optional.of(rank)))
        .with(
            "copies",
            new JsonObject()
                .with("total", rescale.copies())
                .with("lowerBound", rescale.leastCopies())
                .with(
                    "perLayer",
                    IntStream.range(0, table.layers()).map(rescale::copies).boxed().toList()))
        .with("steps", rescale.steps().stream().map(ReloadFigures::json))
        .withPresent("parBefore", before.map(par -> BalanceFigures.json(par.summary())))
        .withPresent("parAfter", after.map(par -> BalanceFigures.json(par.summary())))
        .with("output", output);
  }

  @Override
  public void print(TextReport text) {
    ExpertTable table = rescale.table();
    text.row("map", "%s", map);
    text.row(
        "topology",
        "%s × %s: %s × %,d → %s × %,d",
        Counted.grouped(table.layers(), "layer"),
        Counted.grouped(table.experts(), "expert"),
        Counted.grouped(current.ranks(), "rank"),
        current.slotsPerRank(),
        Counted.grouped(table.ranks(), "rank"),
        table.slotsPerRank());
    if (rescale.leaving().length > 0) {
      text.row(
          "leaving",
          "%s%s",
          Listed.of("rank", Arrays.stream(rescale.leaving()).boxed().toList()),
          renumbered() ? "; the ranks behind close up" : "");
    }
    if (joining() > 0) {
      text.row(
          "joining", "%s, from number %,d on", Counted.grouped(joining(), "rank"), current.ranks());
    }
    text.row(
        "copies",
        "%,d, %.1f per layer; the lower bound is %,d",
        rescale.copies(),
        (double) rescale.copies() / table.layers(),
        rescale.leastCopies());
    ReloadFigures.print(rescale.steps(), text);
    before.ifPresent(
        par -> BalanceFigures.print("", par.summary(), after.orElse(par).summary(), text));
    text.written(output);
  }
}
