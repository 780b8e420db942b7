package io.eplb.core.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.InvalidInputException;
import io.eplb.api.Placement;
import io.eplb.core.consistency.TableDigest;
import io.eplb.core.record.CommitRecord.RecordedTable;
import io.eplb.core.record.RecordEntry.State;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The cases that every implementation of {@link CommitRecord} passes. */
public abstract class CommitRecordContract {
  private static final int LAYERS = 5;
  private static final EpTopology TOPOLOGY = EpTopology.of(8, 4, 1, 1, 3);

  /** No test waits that long unless it fails. */
  private static final long FAILURE_SECONDS = 60;

  private final ExpertTable first = ExpertTable.initial(LAYERS, TOPOLOGY);

  private CommitRecord record;

  /** Creates the record of a table, as one process has it. */
  protected abstract CommitRecord create(ExpertTable table) throws Exception;

  /** Returns the same record as another process has it. */
  protected abstract CommitRecord ofAnotherProcess() throws Exception;

  @BeforeEach
  void createTheRecord() throws Exception {
    record = create(first);
  }

  @Test
  void aNewRecordHasItsTableInForce() throws Exception {
    RecordEntry entry = done(record.read());

    assertEquals(RecordEntry.first(first.version(), digest(first)), entry);
    assertEquals(new RecordedTable(entry, first), done(record.table()));
    assertEquals(entry, record.latest());
  }

  @Test
  void aPlannerWithAGreaterEpochTakesOver() throws Exception {
    assertEquals(3, done(record.takeOver(3)).epoch());
    assertEquals(3, done(record.takeOver(3)).epoch(), "a repeated request");
    assertEquals(3, done(ofAnotherProcess().takeOver(2)).epoch(), "a deposed planner");
    assertEquals(4, done(ofAnotherProcess().takeOver(4)).epoch());
    assertEquals(4, done(record.read()).epoch());
  }

  @Test
  void aSwitchIsProposedOnceByThePlannerOfTheEpoch() throws Exception {
    done(record.takeOver(2));
    SwitchName name = new SwitchName(2, 1);

    RecordEntry proposed = done(record.propose(name, List.of(1, 3)));

    assertTrue(proposed.isProposed(name));
    assertEquals(List.of(1, 3), proposed.layers());
    assertEquals(proposed, done(record.propose(name, List.of(1, 3))), "a repeated request");
    assertEquals(
        proposed,
        done(ofAnotherProcess().propose(new SwitchName(1, 9), List.of(0))),
        "a deposed planner");
    assertEquals(
        proposed,
        done(ofAnotherProcess().propose(new SwitchName(3, 1), List.of(0))),
        "a planner that has not taken over");
  }

  @Test
  void aNewerSwitchOfThePlannerVoidsItsUndecidedOne() throws Exception {
    done(record.takeOver(1));
    done(record.propose(new SwitchName(1, 1), List.of(0, 1)));

    RecordEntry second = done(record.propose(new SwitchName(1, 2), List.of(2)));

    assertTrue(second.isProposed(new SwitchName(1, 2)));
    assertEquals(second, done(record.resolve(new SwitchName(1, 1))));
    assertEquals(second, commit(record, new SwitchName(1, 1), reversed(first, 0, 1), 9, 0, 1));
    ExpertTable next = reversed(first, 2);
    commit(record, new SwitchName(1, 2), next, 9, 2);
    assertEquals(next, done(ofAnotherProcess().table()).table());
  }

  @Test
  void aCommittedSwitchPutsItsRowsInForce() throws Exception {
    done(record.takeOver(1));
    ExpertTable next = reversed(first, 1, 3);

    RecordEntry committed = commit(record, new SwitchName(1, 1), next, 70, 1, 3);

    assertEquals(State.SETTLED, committed.state());
    assertTrue(committed.committed());
    assertEquals(first.version() + 1, committed.version());
    assertEquals(70, committed.fence());
    assertEquals(digest(next), committed.digest());
    assertEquals(new RecordedTable(committed, next), done(ofAnotherProcess().table()));
    assertEquals(
        committed,
        done(record.commit(new SwitchName(1, 1), next.placement(), 70, digest(next))),
        "a repeated request");
  }

  @Test
  void replicaOrderIsCommittedWithItsRow() throws Exception {
    done(record.takeOver(1));
    int[] keys = new int[first.physicalExperts()];
    for (int slot = 0; slot < keys.length; slot++) {
      keys[slot] = 7 - 3 * slot;
    }
    ExpertTable next =
        first.withLayers(
            first.version() + 1,
            new int[] {2},
            Placement.builder(first).setReplicaOrder(2, keys, 0).build());

    commit(record, new SwitchName(1, 1), next, 5, 2);

    assertEquals(next, done(ofAnotherProcess().table()).table());
  }

  @Test
  void aLayerThatDoesNotChangeIsNotTakenFromTheRows() throws Exception {
    done(record.takeOver(1));
    ExpertTable next = reversed(first, 1);
    done(record.propose(new SwitchName(1, 1), List.of(1)));

    done(
        record.commit(new SwitchName(1, 1), reversed(first, 0, 1, 2).placement(), 9, digest(next)));

    assertEquals(next, done(record.table()).table());
  }

  @Test
  void aResolvedSwitchIsVoidForGood() throws Exception {
    done(record.takeOver(1));
    SwitchName name = new SwitchName(1, 1);
    done(record.propose(name, List.of(1)));

    RecordEntry resolved = done(ofAnotherProcess().resolve(name));

    assertEquals(State.SETTLED, resolved.state());
    assertFalse(resolved.committed());
    assertEquals(first.version(), resolved.version());
    assertEquals(resolved, commit(record, name, reversed(first, 1), 9, 1), "a late commit");
    assertEquals(resolved, done(record.propose(name, List.of(1))), "proposed once more");
    assertEquals(resolved, done(ofAnotherProcess().resolve(name)), "a repeated request");
    assertEquals(first, done(record.table()).table());
  }

  @Test
  void resolvingACommittedSwitchTellsThatItIsCommitted() throws Exception {
    done(record.takeOver(1));
    RecordEntry committed = commit(record, new SwitchName(1, 1), reversed(first, 1), 9, 1);

    assertEquals(committed, done(ofAnotherProcess().resolve(new SwitchName(1, 1))));
  }

  @Test
  void aVoidSwitchLeavesNothingToTheNextOne() throws Exception {
    done(record.takeOver(1));
    done(record.propose(new SwitchName(1, 1), List.of(0, 1, 4)));
    done(ofAnotherProcess().resolve(new SwitchName(1, 1)));
    commit(record, new SwitchName(1, 1), reversed(first, 0, 1, 4), 9, 0, 1, 4);

    ExpertTable next = reversed(first, 2);
    commit(record, new SwitchName(1, 2), next, 9, 2);

    assertEquals(next, done(ofAnotherProcess().table()).table());
  }

  @Test
  void takingOverVoidsAnUndecidedSwitch() throws Exception {
    done(record.takeOver(1));
    done(record.propose(new SwitchName(1, 1), List.of(1)));

    RecordEntry taken = done(ofAnotherProcess().takeOver(2));

    assertEquals(State.SETTLED, taken.state());
    assertFalse(taken.committed());
    assertEquals(taken, commit(record, new SwitchName(1, 1), reversed(first, 1), 9, 1));
    assertEquals(new RecordedTable(taken, first), done(record.table()));
  }

  @Test
  void theFenceGrowsWithEachVersion() throws Exception {
    done(record.takeOver(1));
    ExpertTable next = reversed(first, 1);
    commit(record, new SwitchName(1, 1), next, 70, 1);
    done(record.propose(new SwitchName(1, 2), List.of(1)));
    ExpertTable again = reversed(next, 1);

    CompletionStage<RecordEntry> refused =
        record.commit(new SwitchName(1, 2), again.placement(), 70, digest(again));

    ExecutionException failed = assertThrows(ExecutionException.class, () -> done(refused));
    assertTrue(
        String.valueOf(failed.getMessage()).contains("cannot be committed from step 70 on"),
        failed.toString());
    assertEquals(71, commit(record, new SwitchName(1, 2), again, 71, 1).fence());
    assertEquals(again, done(record.table()).table());
  }

  @Test
  void layersOfASwitchAscendAndAreNotMany() {
    List<Integer> many = new ArrayList<>();
    for (int layer = 0; layer <= RecordEntry.MAX_LAYERS; layer++) {
      many.add(layer);
    }
    for (List<Integer> layers : List.of(List.<Integer>of(), List.of(2, 1), List.of(1, 1), many)) {
      assertThrows(
          InvalidInputException.class,
          () -> {
            done(record.takeOver(1));
            unwrap(record.propose(new SwitchName(1, 1), layers));
          },
          layers.toString());
    }
  }

  @Test
  void aWatchHearsOfEveryLastEntryAndNeverGoesBack() throws Exception {
    CommitRecord watched = ofAnotherProcess();
    BlockingQueue<RecordEntry> heard = new LinkedBlockingQueue<>();
    watched.watch(heard::add);
    done(record.takeOver(1));
    ExpertTable table = first;
    for (int number = 1; number <= 20; number++) {
      table = reversed(table, number % LAYERS);
      commit(record, new SwitchName(1, number), table, number, number % LAYERS);
    }
    RecordEntry last = record.latest();

    RecordEntry before = RecordEntry.first(first.version(), digest(first));
    while (!before.equals(last)) {
      RecordEntry next = heard.poll(FAILURE_SECONDS, TimeUnit.SECONDS);
      assertTrue(next != null && next.isNewerThan(before), next + " after " + before);
      before = next;
    }
    assertEquals(last, watched.latest());
  }

  @Test
  void aListenerThatFailsStopsNeitherItselfNorOthers() throws Exception {
    CommitRecord watched = ofAnotherProcess();
    CountDownLatch failed = new CountDownLatch(2);
    CountDownLatch heard = new CountDownLatch(2);
    watched.watch(
        entry -> {
          failed.countDown();
          throw new IllegalStateException("a listener that fails");
        });
    watched.watch(entry -> heard.countDown());

    done(watched.takeOver(1));
    done(watched.takeOver(2));

    assertTrue(failed.await(FAILURE_SECONDS, TimeUnit.SECONDS));
    assertTrue(heard.await(FAILURE_SECONDS, TimeUnit.SECONDS));
  }

  @Test
  void anEndedWatchHearsNothing() throws Exception {
    List<RecordEntry> heard = new ArrayList<>();
    record.watch(heard::add).close();

    done(record.takeOver(1));

    assertEquals(List.of(), heard);
  }

  /** Random requests of two processes, one after another, as the record in memory answers them. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void anyRequestsAreAnsweredAsByTheTransitions(long seed) throws Exception {
    Random random = new Random(seed);
    CommitRecord[] clients = {record, ofAnotherProcess()};
    CommitRecord expected = new InMemoryCommitRecord(first);
    ExpertTable[] table = {first};
    for (int request = 0; request < 120; request++) {
      CommitRecord client = clients[random.nextInt(2)];
      String what = "seed " + seed + ", request " + request;
      RecordEntry entry = expected.latest();
      long epoch = Math.max(1, entry.epoch() + random.nextInt(4) / 3);
      long last = entry.lastSwitch() == null ? 0 : entry.lastSwitch().number();
      SwitchName name = new SwitchName(epoch, Math.max(1, last + random.nextInt(4) / 2));
      int layer = random.nextInt(LAYERS);
      switch (random.nextInt(5)) {
        case 0 -> assertEquals(done(expected.takeOver(epoch)), done(client.takeOver(epoch)), what);
        case 1 -> assertEquals(done(expected.resolve(name)), done(client.resolve(name)), what);
        case 2 ->
            assertEquals(
                done(expected.propose(name, List.of(layer))),
                done(client.propose(name, List.of(layer))),
                what);
        case 3 -> {
          SwitchName proposed = entry.lastSwitch() == null ? name : entry.lastSwitch();
          int changed = entry.layers().isEmpty() ? layer : entry.layers().get(0);
          ExpertTable next = reversed(table[0], changed);
          long fence = entry.fence() + 1 + random.nextInt(9);
          RecordEntry after =
              done(expected.commit(proposed, next.placement(), fence, digest(next)));
          assertEquals(
              after, done(client.commit(proposed, next.placement(), fence, digest(next))), what);
          table[0] = done(expected.table()).table();
        }
        default -> assertEquals(done(expected.table()), done(client.table()), what);
      }
    }
    assertNotEquals(first, table[0], "nothing was ever committed");
  }

  private static RecordEntry commit(
      CommitRecord record, SwitchName name, ExpertTable table, long fence, Integer... layers)
      throws Exception {
    done(record.propose(name, List.of(layers)));
    return done(record.commit(name, table.placement(), fence, digest(table)));
  }

  /** Returns the next version, in which the rows of some layers are turned round. */
  private static ExpertTable reversed(ExpertTable table, int... layers) {
    Placement.Builder rows = Placement.builder(table);
    int[] row = new int[table.physicalExperts()];
    for (int layer : layers) {
      table.copyLayer(layer, row, 0);
      for (int low = 0, high = row.length - 1; low < high; low++, high--) {
        int expert = row[low];
        row[low] = row[high];
        row[high] = expert;
      }
      rows.setLayer(layer, row, 0);
    }
    return table.withLayers(table.version() + 1, layers, rows.build());
  }

  private static String digest(ExpertTable table) {
    return TableDigest.of(table).toText();
  }

  private static <T> T done(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(FAILURE_SECONDS, TimeUnit.SECONDS);
  }

  private static void unwrap(CompletionStage<?> stage) throws Throwable {
    try {
      done(stage);
    } catch (ExecutionException failed) {
      throw failed.getCause();
    }
  }
}
