package io.eplb.core.update.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.core.context.EplbContext;
import io.eplb.core.migration.LayerMigration;
import io.eplb.core.migration.MigrationLimits;
import io.eplb.core.migration.MigrationPlan;
import io.eplb.core.migration.MigrationStage;
import io.eplb.core.migration.TablePair;
import io.eplb.core.migration.WeightMove;
import io.eplb.core.serving.StepGate;
import io.eplb.core.timeline.VirtualTime;
import io.eplb.core.update.LayerProgress;
import io.eplb.core.update.UpdateReport;
import io.eplb.core.update.UpdateSettings;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** The updater carries out a migration plan as it is printed. */
class PlannedMigrationTest {
  @Property(tries = 500)
  void theUpdaterMakesTheCopiesAndExchangesOfThePlanWithinItsLimits(
      @ForAll @IntRange(min = 1, max = 3) int sends,
      @ForAll @IntRange(min = 1, max = 3) int receives,
      @ForAll @IntRange(min = 1, max = 3) int buffers,
      @ForAll boolean emptySlots,
      @ForAll long seed) {
    TablePair pair = emptySlots ? TablePair.withEmptySlots(seed) : TablePair.random(seed);
    MigrationPlan plan =
        MigrationPlan.of(
            pair.current(),
            pair.next(),
            pair.topology(),
            new MigrationLimits(sends, receives, buffers));
    VirtualTime time = new VirtualTime();
    EplbContext context = new EplbContext(pair.current());
    ManualWeights weights = new ManualWeights(pair.current(), buffers);
    Duration second = Duration.ofSeconds(1);
    LayerUpdater updater =
        new LayerUpdater(
            context,
            pair.topology(),
            weights,
            new StepGate(pair.current(), time::nanoTime),
            new UpdateSettings(1, sends, receives, second, second, second),
            time);
    CompletableFuture<UpdateReport> report =
        updater
            .update(
                pair.current().version(),
                pair.next().placement(),
                pair.layersThatDiffer().stream().mapToInt(Integer::intValue).toArray())
            .toCompletableFuture();
    time.pass(Duration.ZERO);

    Random random = new Random(seed);
    int exchanged = 0;
    for (LayerMigration layer : plan.layers()) {
      for (MigrationStage stage : layer.stages()) {
        if (!stage.receives().isEmpty()) {
          assertEquals(firstCopies(layer.layer(), stage), running(weights));
        }
        Set<String> made = new HashSet<>();
        for (int copy = 0; copy < stage.receives().size(); copy++) {
          requireWithin(plan.limits(), weights);
          made.addAll(running(weights));
          weights.running().get(random.nextInt(weights.running().size())).end();
          time.pass(Duration.ZERO);
        }
        assertEquals(described(layer.layer(), stage.receives()), made);
        List<String> since =
            weights.exchanged().subList(exchanged, exchanged + stage.exchanges().size());
        for (int rank = 0; rank < pair.topology().ranks(); rank++) {
          requireSameExchanges(layer.layer(), rank, stage, since);
        }
        exchanged += stage.exchanges().size();
      }
    }
    assertEquals(exchanged, weights.exchanged().size());
    assertTrue(report.join().complete());
    assertEquals(plan.transfers(), report.join().received());
    assertEquals(plan.reloads(), report.join().reloaded());
    assertEquals(
        plan.stages(), report.join().layers().stream().mapToInt(LayerProgress::commits).sum());
    assertTrue(weights.holds(context.current()));
    for (int layer = 0; layer < pair.next().layers(); layer++) {
      assertTrue(context.current().sameLayer(layer, pair.next().placement()));
    }
  }

  /** The copies inside ranks and the first round. */
  private static Set<String> firstCopies(int layer, MigrationStage stage) {
    Set<String> first =
        described(
            layer,
            stage.receives().stream()
                .filter(move -> !move.crossesRanks() && !move.isReload())
                .toList());
    stage.rounds().stream().limit(1).forEach(round -> first.addAll(described(layer, round)));
    return first;
  }

  private static void requireWithin(MigrationLimits limits, ManualWeights weights) {
    Map<Integer, Integer> sending = new HashMap<>();
    Map<Integer, Integer> receiving = new HashMap<>();
    for (ManualWeights.Copy copy : weights.running()) {
      if (copy.sourceRank() != copy.destinationRank()) {
        assertTrue(
            copy.isLoad()
                || sending.merge(copy.sourceRank(), 1, Integer::sum) <= limits.sendsPerRank());
        assertTrue(
            receiving.merge(copy.destinationRank(), 1, Integer::sum) <= limits.receivesPerRank());
      }
    }
  }

  private static void requireSameExchanges(
      int layer, int rank, MigrationStage stage, List<String> exchanged) {
    String prefix = layer + "/" + rank + "/";
    assertEquals(
        stage.exchanges().stream()
            .filter(exchange -> exchange.rank() == rank)
            .map(exchange -> prefix + exchange.slot())
            .toList(),
        exchanged.stream().filter(exchange -> exchange.startsWith(prefix)).toList());
  }

  private static Set<String> described(int layer, List<WeightMove> moves) {
    Set<String> described = new HashSet<>();
    for (WeightMove move : moves) {
      described.add(
          "layer %d: %s to %d/%d"
              .formatted(
                  layer,
                  move.isReload()
                      ? "expert " + move.expert()
                      : move.source().rank() + "/" + move.source().index(),
                  move.destination().rank(),
                  move.destination().index()));
    }
    return described;
  }

  private static Set<String> running(ManualWeights weights) {
    return weights.running().stream()
        .map(
            copy -> "layer %d: %s to %s".formatted(copy.layer(), copy.source(), copy.destination()))
        .collect(Collectors.toSet());
  }
}
