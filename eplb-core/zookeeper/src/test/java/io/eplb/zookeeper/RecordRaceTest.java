package io.eplb.zookeeper;

import static io.eplb.zookeeper.Done.done;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.ExpertTable;
import io.eplb.core.record.CommitRecord;
import io.eplb.core.record.CommitRecord.RecordedTable;
import io.eplb.core.record.RecordEntry;
import io.eplb.core.record.SwitchName;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two planners and a rank that voids switches, at the same time, a thousand times. Each pauses
 * between its requests for a number of reads that the seed says.
 */
class RecordRaceTest {
  private static final int ROUNDS = Integer.getInteger("eplb.race.rounds", 1_000);
  private static final int LONGEST_PAUSE = 4;

  @TempDir private Path data;

  @Test
  void atMostOneOfTwoPlannersCommitsAndTheTableIsThatOfTheDecision() throws Exception {
    try (OneServer server = new OneServer(data)) {
      CommitRecord one = done(ZooKeeperCommitRecord.create(server.connect(), Tables.FIRST));
      CommitRecord other = find(server);
      CommitRecord rank = find(server);
      ExpertTable table = Tables.FIRST;
      int[] committed = new int[3];
      for (int round = 0; round < ROUNDS; round++) {
        Random random = new Random(round);
        Planner first = new Planner(one, 2L * round + 1, random);
        Planner second = new Planner(other, 2L * round + 2, random);
        CompletionStage<?> firstEnds = first.run();
        CompletionStage<?> secondEnds = second.run();
        CompletionStage<?> rankEnds = voidSomething(rank, random);
        done(firstEnds);
        done(secondEnds);
        done(rankEnds);

        String what = "round " + round;
        List<ExpertTable> possible = new ArrayList<>(List.of(table));
        int commits = 0;
        for (Planner planner : List.of(first, second)) {
          if (planner.hasCommitted()) {
            commits++;
            assertEquals(possible.get(possible.size() - 1), planner.base, what);
            possible.add(planner.next);
          }
        }
        RecordedTable now = done(rank.table());
        table = possible.get(commits);
        assertEquals(table, now.table(), what);
        assertEquals(table.version(), now.entry().version(), what);
        committed[commits]++;
      }
      assertTrue(
          ROUNDS < 1_000 || (committed[0] > 0 && committed[1] > 0),
          "outcomes that never came: " + List.of(committed[0], committed[1], committed[2]));
    }
  }

  private static CommitRecord find(OneServer server) throws Exception {
    return done(ZooKeeperCommitRecord.find(server.connect())).orElseThrow();
  }

  private static CompletionStage<?> voidSomething(CommitRecord rank, Random random) {
    return pause(rank, random)
        .thenCompose(
            entry -> {
              SwitchName name = entry.lastSwitch();
              return name != null && random.nextBoolean()
                  ? rank.resolve(name)
                  : CompletableFuture.completedFuture(entry);
            });
  }

  private static CompletionStage<RecordEntry> pause(CommitRecord record, Random random) {
    CompletionStage<RecordEntry> read = record.read();
    for (int more = random.nextInt(LONGEST_PAUSE); more > 0; more--) {
      read = read.thenCompose(entry -> record.read());
    }
    return read;
  }

  /** A planner that takes the record over and commits one switch, if it can. */
  private static final class Planner {
    private final CommitRecord record;
    private final long epoch;
    private final Random random;
    private final SwitchName name;
    private final int[] layers;
    private ExpertTable base = Tables.FIRST;
    private ExpertTable next = Tables.FIRST;
    private boolean committed;

    Planner(CommitRecord record, long epoch, Random shared) {
      this.record = record;
      this.epoch = epoch;
      this.random = new Random(shared.nextLong());
      name = new SwitchName(epoch, 1);
      layers = IntStream.range(0, Tables.LAYERS).filter(layer -> random.nextBoolean()).toArray();
    }

    CompletionStage<?> run() {
      return pause(record, random)
          .thenCompose(entry -> record.takeOver(epoch))
          .thenCompose(entry -> record.table())
          .thenCompose(this::propose)
          .thenCompose(entry -> pause(record, random))
          .thenCompose(this::commit)
          .thenAccept(entry -> committed = entry.isCommitted(name));
    }

    private CompletionStage<RecordEntry> propose(RecordedTable now) {
      base = now.table();
      next = Tables.next(base, random, layers);
      assertFalse(now.entry().epoch() < epoch);
      return layers.length == 0
          ? record.read()
          : record.propose(name, IntStream.of(layers).boxed().toList());
    }

    private CompletionStage<RecordEntry> commit(RecordEntry entry) {
      long fence = entry.fence() + 1;
      return layers.length == 0
          ? record.read()
          : record.commit(name, next.placement(), fence, Tables.digest(next));
    }

    boolean hasCommitted() {
      return committed;
    }
  }
}
