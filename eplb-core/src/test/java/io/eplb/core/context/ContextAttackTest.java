package io.eplb.core.context;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.Placement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

/**
 * Many writers, readers and listeners at one context. Rows hold experts 0 and 1 on two ranks of one
 * slot, or the reverse: a layer that is flipped an odd number of times has expert 1 first.
 */
class ContextAttackTest {
  private static final int LAYERS = 8;
  private static final int WRITERS = 4;
  private static final int READERS = 3;
  private static final int UPDATES_PER_WRITER = 2_000;
  private static final int UPDATES = WRITERS * UPDATES_PER_WRITER;

  /** The writers that have not finished; the others go on until there are none. */
  private final AtomicInteger writing = new AtomicInteger(WRITERS);

  private final EplbContext context =
      new EplbContext(ExpertTable.initial(LAYERS, EpTopology.of(2, 2, 1, 1, 1)));

  @Test
  void noUpdateIsLostAndNoReaderSeesHalfOfOne() throws Exception {
    int[] all = new int[LAYERS];
    for (int layer = 0; layer < LAYERS; layer++) {
      all[layer] = layer;
    }
    attack(
        writer -> all,
        table -> {
          int expected = (int) (table.version() % 2);
          for (int layer = 0; layer < LAYERS; layer++) {
            assertEquals(expected, table.expertAt(layer, 0, 0), "the row");
            assertEquals(expected, table.physicalSlot(layer, 0, 0), "what is derived of it");
          }
        });
  }

  @Test
  void updatesOfSingleLayersMergeIntoOneAnother() throws Exception {
    attack(
        writer -> new int[] {writer, LAYERS - 1 - writer, (writer + 1) % WRITERS},
        table -> {
          int flipped = 0;
          for (int layer = 0; layer < LAYERS; layer++) {
            flipped += table.expertAt(layer, 0, 0);
            assertEquals(table.expertAt(layer, 0, 0), table.physicalSlot(layer, 0, 0));
          }
          assertEquals(table.version() % 2, flipped % 2, "three flips for every version");
        });
  }

  @Test
  void listenersHearEveryVersionOnceInOrderWhileOthersComeAndGo() throws Exception {
    Witness first = new Witness();
    assertEquals(0, context.addListener(first).version());
    List<Witness> later = new ArrayList<>();
    run(
        List.of(
            () -> {
              while (writing.get() > 0) {
                Witness added = new Witness();
                if (later.size() < 100) {
                  added.from = context.addListener(added);
                  later.add(added);
                }
                TableListener passing = new Witness();
                context.addListener(passing);
                assertTrue(context.removeListener(passing));
              }
              return null;
            }),
        writer -> new int[] {writer});

    first.requireEverythingFrom(0);
    for (Witness record : later) {
      record.requireEverythingFrom(record.startVersion());
    }
  }

  @Test
  void whatIsDerivedOfALayerIsSharedByAllVersionsThatLeaveItAlone() throws Exception {
    int layers = 64;
    EpTopology topology = EpTopology.of(256, 32, 1, 1, 9);
    EplbContext large = new EplbContext(ExpertTable.initial(layers, topology));
    ExpertTable before = large.current();
    int[] row = new int[topology.physicalExperts()];
    before.copyLayer(5, row, 0);
    row[0] = 1;
    row[1] = 0;
    ExpertTable after =
        large
            .replaceLayers(0, new int[] {5}, Placement.builder(before).setLayer(5, row, 0).build())
            .orElseThrow();
    derive(after);
    assertEquals(0, before.physicalSlot(5, 0, 0));
    assertEquals(1, after.physicalSlot(5, 0, 0));

    // After some calls reflection builds itself a faster way, which is not to be measured.
    for (int call = 0; call < 20; call++) {
      AllocatedBytes.ofThisThread();
    }
    long start = AllocatedBytes.ofThisThread();
    derive(before);
    long allocated = AllocatedBytes.ofThisThread() - start;
    assertTrue(allocated < layers * 256L, () -> allocated + " bytes: the indexes were built anew");
  }

  private static void derive(ExpertTable table) {
    for (int layer = 0; layer < table.layers(); layer++) {
      table.replicaCount(layer, 0);
    }
  }

  private void attack(IntFunction<int[]> layersOf, Invariant invariant) throws Exception {
    List<Callable<Void>> readers = new ArrayList<>();
    for (int reader = 0; reader < READERS; reader++) {
      readers.add(
          () -> {
            long last = 0;
            while (writing.get() > 0) {
              ExpertTable table = context.current();
              assertTrue(table.version() >= last, "versions never go back");
              last = table.version();
              invariant.check(table);
            }
            return null;
          });
    }
    run(readers, layersOf);
  }

  private void run(List<Callable<Void>> others, IntFunction<int[]> layersOf) throws Exception {
    AtomicLong accepted = new AtomicLong();
    List<Callable<Void>> tasks = new ArrayList<>(others);
    for (int writer = 0; writer < WRITERS; writer++) {
      int[] layers = layersOf.apply(writer);
      tasks.add(
          () -> {
            try {
              for (int update = 0; update < UPDATES_PER_WRITER; update++) {
                flip(layers);
                accepted.incrementAndGet();
              }
            } finally {
              writing.decrementAndGet();
            }
            return null;
          });
    }
    ExecutorService threads = Executors.newFixedThreadPool(tasks.size());
    try {
      CountDownLatch start = new CountDownLatch(tasks.size());
      List<Future<Void>> running = new ArrayList<>();
      for (Callable<Void> task : tasks) {
        running.add(
            threads.submit(
                () -> {
                  start.countDown();
                  start.await();
                  return task.call();
                }));
      }
      for (Future<Void> future : running) {
        future.get();
      }
    } finally {
      threads.shutdownNow();
    }
    assertEquals(UPDATES, accepted.get());
    assertEquals(accepted.get(), context.current().version());
  }

  /** Updates optimistically until no other writer was faster. */
  private void flip(int[] layers) {
    while (true) {
      ExpertTable seen = context.current();
      Placement.Builder rows = Placement.builder(seen);
      for (int layer : layers) {
        int first = seen.expertAt(layer, 0, 0);
        rows.setLayer(layer, new int[] {1 - first, first}, 0);
      }
      if (context.replaceLayers(seen.version(), layers, rows.build()).isPresent()) {
        return;
      }
    }
  }

  @FunctionalInterface
  private interface Invariant {
    void check(ExpertTable table);
  }

  /** Plain fields: it relies on never being called twice at the same time. */
  private final class Witness implements TableListener {
    private final List<TableChange> changes = new ArrayList<>();
    private ExpertTable from = context.current();

    @Override
    public void tableChanged(TableChange change) {
      changes.add(change);
    }

    long startVersion() {
      return from.version();
    }

    void requireEverythingFrom(long version) {
      assertEquals(UPDATES - version, changes.size());
      for (int index = 0; index < changes.size(); index++) {
        TableChange change = changes.get(index);
        assertEquals(version + index + 1, change.after().version());
        assertEquals(1, change.layers().size());
        int layer = change.layers().get(0);
        assertEquals(
            1 - change.before().expertAt(layer, 0, 0), change.after().expertAt(layer, 0, 0));
        if (index > 0) {
          assertSame(changes.get(index - 1).after(), change.before());
        }
      }
    }
  }
}
