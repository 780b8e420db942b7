package io.eplb.cli.commands;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.eplb.api.ExpertTable;
import io.eplb.cli.CommandLineRun;
import io.eplb.core.context.EplbContext;
import io.eplb.core.engine.InMemoryWeights;
import io.eplb.core.migration.TablePair;
import io.eplb.core.serving.StepGate;
import io.eplb.core.timeline.Timeline;
import io.eplb.core.update.ExpertWeights;
import io.eplb.core.update.UpdateReport;
import io.eplb.core.update.UpdateSettings;
import io.eplb.core.update.protocol.LayerUpdater;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The plan of {@code eplb diff}: it leads to the new map, and an updater executes the same. */
class DiffAndUpdaterTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int EXPERT_BYTES = 8;

  @TempDir Path folder = Path.of(".");

  static List<Long> seeds() {
    return new Random(20_261_129).longs(100).boxed().toList();
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void thePrintedPlanIsWhatTheUpdaterDoes(long seed) throws IOException {
    Random random = new Random(seed);
    TablePair pair = TablePair.random(random.nextLong());
    int sends = 1 + random.nextInt(3);
    int receives = 1 + random.nextInt(3);
    int buffers = 1 + random.nextInt(3);
    JsonNode plan = printedPlan(pair, sends, receives, buffers);
    requireToLeadToTheNewMap(plan, pair);

    RecordedWeights weights =
        new RecordedWeights(
            new InMemoryWeights(pair.current(), buffers, EXPERT_BYTES, Runnable::run));
    TaskQueue tasks = new TaskQueue();
    EplbContext context = new EplbContext(pair.current());
    Duration second = Duration.ofSeconds(1);
    LayerUpdater updater =
        new LayerUpdater(
            context,
            pair.topology(),
            weights,
            new StepGate(pair.current(), tasks::nanoTime),
            new UpdateSettings(1, sends, receives, second, second, second),
            tasks);
    CompletableFuture<UpdateReport> report =
        updater
            .update(
                pair.current().version(),
                pair.next().placement(),
                pair.layersThatDiffer().stream().mapToInt(Integer::intValue).toArray())
            .toCompletableFuture();
    tasks.runAll();

    assertTrue(report.join().complete());
    assertEquals(plan.get("transfers").asInt(), report.join().received());
    assertEquals(
        plan.get("stages").asInt(), report.join().versionAfter() - report.join().versionBefore());
    Set<String> printed = new HashSet<>();
    for (JsonNode layer : plan.get("layers")) {
      for (JsonNode round : layer.get("rounds")) {
        for (JsonNode transfer : round.get("transfers")) {
          printed.add(
              "layer %d, stage %d: %s to %s"
                  .formatted(
                      layer.get("layer").asInt(),
                      round.get("stage").asInt(),
                      place(transfer.get("source")),
                      place(transfer.get("destination"))));
        }
      }
    }
    assertEquals(printed, weights.transfers);
    weights.memory.verify(ExpertTable.of(0, pair.topology().experts(), pair.next().placement()));
  }

  private JsonNode printedPlan(TablePair pair, int sends, int receives, int buffers)
      throws IOException {
    return CommandLineRun.of(
            "diff %s %s --json --ranks %s --nodes %s --experts %s --sends-per-rank %s"
                + " --receives-per-rank %s --buffers-per-rank %s",
            write("old.json", pair.current()),
            write("new.json", pair.next()),
            pair.topology().ranks(),
            pair.topology().nodes(),
            pair.topology().experts(),
            sends,
            receives,
            buffers)
        .json()
        .get("transferPlan");
  }

  private Path write(String name, ExpertTable table) throws IOException {
    int[][] rows = new int[table.layers()][table.physicalExperts()];
    for (int layer = 0; layer < rows.length; layer++) {
      table.copyLayer(layer, rows[layer], 0);
    }
    return Files.writeString(
        folder.resolve(name), JSON.writeValueAsString(Map.of("physical_to_logical_map", rows)));
  }

  /** Applies the plan copy by copy and checks its limits. */
  private static void requireToLeadToTheNewMap(JsonNode plan, TablePair pair) {
    Map<String, Integer> content = new HashMap<>();
    for (int layer = 0; layer < pair.current().layers(); layer++) {
      content.clear();
      content.putAll(slots(pair.current(), layer));
      for (JsonNode moves : plan.get("layers")) {
        if (moves.get("layer").asInt() == layer) {
          follow(moves.get("copiesBefore"), content);
          for (JsonNode round : moves.get("rounds")) {
            requireWithinLimits(plan, round.get("transfers"));
            follow(round.get("transfers"), content);
            follow(round.get("copies"), content);
          }
        }
      }
      for (int buffer = plan.get("buffersPerRank").asInt(); buffer < 4; buffer++) {
        String ending = "buffer " + buffer;
        assertTrue(content.keySet().stream().noneMatch(place -> place.endsWith(ending)));
      }
      content.keySet().removeIf(place -> place.contains("buffer"));
      assertEquals(slots(pair.next(), layer), content);
    }
  }

  private static Map<String, Integer> slots(ExpertTable table, int layer) {
    Map<String, Integer> slots = new HashMap<>();
    for (int rank = 0; rank < table.ranks(); rank++) {
      for (int slot = 0; slot < table.slotsPerRank(); slot++) {
        slots.put("rank " + rank + ", slot " + slot, table.expertAt(layer, rank, slot));
      }
    }
    return slots;
  }

  private static void follow(JsonNode moves, Map<String, Integer> content) {
    for (JsonNode move : moves) {
      int expert = move.get("expert").asInt();
      assertEquals(expert, content.get(place(move.get("source"))), move::toString);
      content.put(place(move.get("destination")), expert);
    }
  }

  private static String place(JsonNode place) {
    String kind = place.has("buffer") ? "buffer" : "slot";
    return "rank " + place.get("rank").asInt() + ", " + kind + " " + place.get(kind).asInt();
  }

  private static void requireWithinLimits(JsonNode plan, JsonNode transfers) {
    Map<Integer, Integer> sends = new HashMap<>();
    Map<Integer, Integer> receives = new HashMap<>();
    for (JsonNode transfer : transfers) {
      sends.merge(transfer.at("/source/rank").asInt(), 1, Integer::sum);
      receives.merge(transfer.at("/destination/rank").asInt(), 1, Integer::sum);
    }
    sends.values().forEach(count -> assertTrue(count <= plan.get("sendsPerRank").asInt()));
    receives.values().forEach(count -> assertTrue(count <= plan.get("receivesPerRank").asInt()));
  }

  /** An engine in memory that records its transfers by the number of the layer's commits. */
  private static final class RecordedWeights implements ExpertWeights {
    private final InMemoryWeights memory;
    private final Set<String> transfers = new HashSet<>();
    private int layerOfLastSwitch = -1;
    private int layer = -1;
    private int stage;

    RecordedWeights(InMemoryWeights memory) {
      this.memory = memory;
    }

    @Override
    public int layers() {
      return memory.layers();
    }

    @Override
    public int ranks() {
      return memory.ranks();
    }

    @Override
    public int slotsPerRank() {
      return memory.slotsPerRank();
    }

    @Override
    public int buffersPerRank() {
      return memory.buffersPerRank();
    }

    @Override
    public long expertBytes() {
      return memory.expertBytes();
    }

    @Override
    public CompletionStage<Void> receive(
        int receiving, int sourceRank, int sourceSlot, int destinationRank, int buffer) {
      if (sourceRank != destinationRank) {
        transfers.add(
            "layer %d, stage %d: rank %d, slot %d to rank %d, buffer %d"
                .formatted(
                    receiving,
                    receiving == layerOfLastSwitch ? stage : 0,
                    sourceRank,
                    sourceSlot,
                    destinationRank,
                    buffer));
      }
      return memory.receive(receiving, sourceRank, sourceSlot, destinationRank, buffer);
    }

    @Override
    public void exchange(int exchanging, int rank, int slot, int buffer) {
      layer = exchanging;
      memory.exchange(exchanging, rank, slot, buffer);
    }

    @Override
    public void switched(ExpertTable table) {
      stage = layer == layerOfLastSwitch ? stage + 1 : 1;
      layerOfLastSwitch = layer;
      memory.switched(table);
    }
  }

  /** A timeline driven by hand; no task is late. */
  private static final class TaskQueue implements Timeline {
    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();

    void runAll() {
      for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
        task.run();
      }
    }

    @Override
    public long nanoTime() {
      return 0;
    }

    @Override
    public void execute(Runnable task) {
      tasks.add(task);
    }

    @Override
    public Scheduled schedule(Runnable task, Duration delay) {
      return () -> {};
    }
  }
}
