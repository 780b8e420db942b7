package io.eplb.cli.reports;

import io.eplb.api.EpRanks;
import io.eplb.api.EpTopology;
import io.eplb.api.wording.Counted;
import io.eplb.api.wording.Listed;
import io.eplb.core.balance.BalanceReport;
import io.eplb.core.elastic.Reload;
import io.eplb.core.elastic.Repair;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The result of {@code eplb repair}.
 *
 * @param map the name of the map in force
 * @param topology its shape
 * @param living the ranks that are left
 * @param failed the ranks named as failed
 * @param repair the repair
 * @param before the balance before the failure, if a load is known
 * @param after the balance of the repaired map, if a load is known
 * @param output the name of the written map; empty if none was written
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
public record RepairReport(
    String map,
    EpTopology topology,
    EpRanks living,
    int[] failed,
    Repair repair,
    Optional<BalanceReport> before,
    Optional<BalanceReport> after,
    Optional<String> output)
    implements Report {
  private int[] lostPerLayer() {
    return IntStream.range(0, repair.table().layers()).map(repair::lostExperts).toArray();
  }

  private long fromCheckpoint() {
    return repair.reloads().stream().filter(Reload::fromCheckpoint).count();
  }

  @Override
  public JsonObject json() {
    JsonObject json = new JsonObject().with("current", map);
    TopologyFigures.add(repair.table().layers(), topology, json)
        .with("failed", Arrays.stream(failed).boxed().toList());
    return RankFigures.add(living, json)
        .with(
            "expertsLost",
            new JsonObject()
                .with("total", repair.lostExperts())
                .with("perLayer", Arrays.stream(lostPerLayer()).boxed().toList()))
        .with("reloadsFromCheckpoint", fromCheckpoint())
        .with("reloads", repair.reloads().stream().map(ReloadFigures::json))
        .withPresent("parBefore", before.map(par -> BalanceFigures.json(par.summary())))
        .withPresent("parAfter", after.map(par -> BalanceFigures.json(par.summary())))
        .with("output", output);
  }

  @Override
  public void print(TextReport text) {
    int layers = repair.table().layers();
    text.row("map", "%s", map);
    TopologyFigures.print(layers, topology, text);
    text.row("failed", "%s", Listed.of("rank", Arrays.stream(failed).boxed().toList()));
    text.row(
        "left",
        "%s with %,d usable slots for %s",
        Counted.grouped(living.livingRanks(), "rank"),
        living.physicalUsable(),
        Counted.grouped(topology.experts(), "expert"));
    text.row(
        "experts lost",
        "%,d, %.1f per layer, %,d at most",
        repair.lostExperts(),
        (double) repair.lostExperts() / layers,
        Arrays.stream(lostPerLayer()).max().orElse(0));
    text.row(
        "reloads",
        "%,d, the fewest possible; %,d from the checkpoint",
        repair.reloads().size(),
        fromCheckpoint());
    ReloadFigures.print(repair.reloads(), text);
    if (!living.equalSpeeds()) {
      RankFigures.print(living, text);
    }
    before.ifPresent(
        par -> BalanceFigures.print("", par.summary(), after.orElse(par).summary(), text));
    text.written(output);
  }
}
