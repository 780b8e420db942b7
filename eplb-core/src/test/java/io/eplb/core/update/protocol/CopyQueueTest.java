package io.eplb.core.update.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.Placement;
import io.eplb.core.context.EplbContext;
import io.eplb.core.migration.WeightMove;
import io.eplb.core.serving.StepGate;
import io.eplb.core.timeline.RepeatedRequests;
import io.eplb.core.timeline.VirtualTime;
import io.eplb.core.update.UpdateSettings;
import io.eplb.core.update.layer.LayerUpdate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Random transfers whose copies end, or are given up, in any order. */
class CopyQueueTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  /** A copy of a transfer. */
  private record Copy(LayerTransfer transfer, int index) {
    WeightMove move() {
      return transfer.receive(index);
    }

    boolean crosses(boolean source, int rank) {
      return move().crossesRanks()
          && (source ? move().source() : move().destination()).rank() == rank;
    }
  }

  private final List<Copy> waiting = new ArrayList<>();
  private final List<Copy> running = new ArrayList<>();

  private String seed = "";

  @Test
  void theOldestOfTheCopiesThatWaitForARankStartsFirst() {
    EpTopology topology = EpTopology.of(6, 2, 1, 1, 3);
    UpdateSettings settings = new UpdateSettings(1, 1, 1, SECOND, SECOND, SECOND);
    List<Integer> order = new ArrayList<>();
    CopyQueue queue =
        new CopyQueue(
            2,
            settings,
            (transfer, index) -> {
              transfer.started(index);
              running.add(new Copy(transfer, index));
              order.add(transfer.layer().number());
            });
    EngineAccess engine = engine(topology, settings);
    for (int layer = 0; layer < 3; layer++) {
      queue.add(Objects.requireNonNull(transfer(layer, topology, new Random(1), engine)));
    }
    queue.start();
    while (!running.isEmpty()) {
      Copy copy = running.remove(0);
      queue.ended(copy.transfer, copy.index);
      copy.transfer.ended(copy.index);
      queue.start();
    }
    List<Integer> sorted = new ArrayList<>(order);
    Collections.sort(sorted);
    assertEquals(sorted, order);
    assertTrue(order.size() >= 3, order::toString);
  }

  @Test
  void everyCopyStartsOnceAndAsSoonAsItsRanksHaveRoom() {
    for (int number = 0; number < 300; number++) {
      seed = "seed " + number;
      waiting.clear();
      run(new Random(number));
    }
  }

  private void run(Random random) {
    int ranks = 2 + random.nextInt(5);
    int slots = 1 + random.nextInt(4);
    EpTopology topology = EpTopology.of(1 + random.nextInt(ranks * slots), ranks, 1, 1, slots);
    UpdateSettings settings =
        new UpdateSettings(1, 1 + random.nextInt(3), 1 + random.nextInt(3), SECOND, SECOND, SECOND);
    EngineAccess engine = engine(topology, settings);
    CopyQueue queue =
        new CopyQueue(ranks, settings, (transfer, index) -> started(new Copy(transfer, index)));
    List<LayerTransfer> transfers = new ArrayList<>();
    for (int layer = 0; layer < 6; layer++) {
      LayerTransfer transfer = transfer(layer, topology, random, engine);
      if (transfer == null) {
        continue;
      }
      transfers.add(transfer);
      for (int index = 0; index < transfer.receives(); index++) {
        waiting.add(new Copy(transfer, index));
      }
      queue.add(transfer);
      for (int event = random.nextInt(8); event > 0; event--) {
        if (random.nextInt(10) == 0) {
          giveUp(transfers.get(random.nextInt(transfers.size())), queue);
        }
        endOne(random, queue);
        queue.start();
        requireNoneToWaitInVain(ranks, settings);
      }
    }
    queue.start();
    while (!running.isEmpty()) {
      endOne(random, queue);
      queue.start();
      requireNoneToWaitInVain(ranks, settings);
    }
    assertTrue(waiting.isEmpty(), seed);
  }

  private static EngineAccess engine(EpTopology topology, UpdateSettings settings) {
    ExpertTable table = ExpertTable.initial(6, topology);
    VirtualTime time = new VirtualTime();
    List<RankAgent> agents =
        LocalRanks.of(
            new ManualWeights(table, 1),
            new StepGate(table, time::nanoTime),
            1,
            SECOND,
            SECOND,
            time::execute);
    return new EngineAccess(
        new LocalCommitRecord(new EplbContext(table)),
        topology,
        agents,
        new BufferLedger(agents),
        settings,
        time,
        time::execute,
        new RepeatedRequests(time, time::execute, SECOND));
  }

  /** Returns a transfer of a layer to random rows; null if they are its rows already. */
  private static @Nullable LayerTransfer transfer(
      int layer, EpTopology topology, Random random, EngineAccess engine) {
    ExpertTable before = ExpertTable.initial(6, topology);
    int[] row = new int[topology.physicalExperts()];
    for (int slot = 0; slot < row.length; slot++) {
      row[slot] = slot < topology.experts() ? slot : random.nextInt(topology.experts());
    }
    for (int slot = row.length - 1; slot > 0; slot--) {
      int other = random.nextInt(slot + 1);
      int kept = row[slot];
      row[slot] = row[other];
      row[other] = kept;
    }
    Placement rows = Placement.builder(before).setLayer(layer, row, 0).build();
    LayerUpdate update = LayerUpdate.of(before, rows, new int[] {layer}).get(0);
    return update.isAtTarget(before)
        ? null
        : new LayerTransfer(
            update,
            update.next(
                before, topology, engine.settings().migrationLimits(topology.slotsPerRank())),
            new ProposalId(1, 0, layer),
            engine);
  }

  private void started(Copy copy) {
    assertTrue(waiting.remove(copy), seed + ": it starts once, and not when it was given up");
    copy.transfer.started(copy.index);
    running.add(copy);
  }

  private void endOne(Random random, CopyQueue queue) {
    if (!running.isEmpty()) {
      Copy copy = running.remove(random.nextInt(running.size()));
      queue.ended(copy.transfer, copy.index);
      copy.transfer.ended(copy.index);
    }
  }

  private void giveUp(LayerTransfer transfer, CopyQueue queue) {
    if (!transfer.isAbandoned()) {
      queue.remove(transfer);
      transfer.finish();
      waiting.removeIf(copy -> copy.transfer == transfer);
      running.removeIf(copy -> copy.transfer == transfer);
    }
  }

  private void requireNoneToWaitInVain(int ranks, UpdateSettings settings) {
    boolean[] maySend = new boolean[ranks];
    boolean[] mayReceive = new boolean[ranks];
    for (int rank = 0; rank < ranks; rank++) {
      int of = rank;
      long sends = running.stream().filter(copy -> copy.crosses(true, of)).count();
      long receives = running.stream().filter(copy -> copy.crosses(false, of)).count();
      assertTrue(sends <= settings.sendsPerRank(), seed);
      assertTrue(receives <= settings.receivesPerRank(), seed);
      maySend[rank] = sends < settings.sendsPerRank();
      mayReceive[rank] = receives < settings.receivesPerRank();
    }
    for (Copy copy : waiting) {
      assertTrue(
          copy.move().crossesRanks()
              && !(maySend[copy.move().source().rank()]
                  && mayReceive[copy.move().destination().rank()]),
          () -> seed + ": " + copy.move() + " waits in vain");
    }
  }
}
