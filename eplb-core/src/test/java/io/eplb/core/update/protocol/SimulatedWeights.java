package io.eplb.core.update.protocol;

import io.eplb.api.ExpertTable;
import io.eplb.core.timeline.VirtualTime;
import io.eplb.core.update.ExpertWeights;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.IntPredicate;

/**
 * An engine's memory in virtual time, two words per place. A copy reads and writes one word on its
 * way and the other at its end, fails, is slow or never ends; an exchange fails; and it complains
 * when it is used in a way that a real engine could not bear.
 */
final class SimulatedWeights implements ExpertWeights {
  private final VirtualTime time;
  private final Random random;
  private final int layers;
  private final int ranks;
  private final int slots;
  private final int buffers;
  private final IntPredicate stepsInFlight;

  /** Rank × (slots layer by layer, then buffers) × 2. */
  private final int[][] memory;

  private final boolean[][] written;

  /** Per rank, how often it has lost its memory: what is copied to it since earlier is lost too. */
  private final int[] losses;

  private final Set<String> brokenForGood = new HashSet<>();
  private final List<Runnable> neverEnding = new ArrayList<>();
  private Faults faults;
  private int copiesRunning;
  private long slotWrites;
  private int stagesWithheld;
  private boolean mustUndo;
  private boolean lastExchangeFailed;
  private String complaint = "";

  SimulatedWeights(
      VirtualTime time,
      Random random,
      Faults faults,
      ExpertTable table,
      int buffers,
      IntPredicate stepsInFlight) {
    this.time = time;
    this.random = random;
    this.faults = faults;
    this.layers = table.layers();
    this.ranks = table.ranks();
    this.slots = table.slotsPerRank();
    this.buffers = buffers;
    this.stepsInFlight = stepsInFlight;
    int places = layers * slots + buffers;
    this.memory = new int[ranks][places * 2];
    this.written = new boolean[ranks][buffers];
    this.losses = new int[ranks];
    for (int rank = 0; rank < ranks; rank++) {
      load(rank, table);
    }
  }

  private void load(int rank, ExpertTable table) {
    for (int place = 0; place < layers * slots; place++) {
      int content = content(place / slots, table.expertAt(place / slots, rank, place % slots));
      memory[rank][2 * place] = content;
      memory[rank][2 * place + 1] = content;
    }
  }

  /** Loses a rank's memory, with all that is being copied to it, and loads what a table says. */
  void reload(int rank, ExpertTable table) {
    losses[rank]++;
    for (int buffer = 0; buffer < buffers; buffer++) {
      copiesRunning -= written[rank][buffer] ? 1 : 0;
      written[rank][buffer] = false;
    }
    load(rank, table);
  }

  private static int content(int layer, int expert) {
    return layer * 1_000 + expert + 1;
  }

  void use(Faults others) {
    faults = others;
    brokenForGood.clear();
  }

  @Override
  public int layers() {
    return layers;
  }

  @Override
  public int ranks() {
    return ranks;
  }

  @Override
  public int slotsPerRank() {
    return slots;
  }

  @Override
  public int buffersPerRank() {
    return buffers;
  }

  @Override
  public long expertBytes() {
    return 8;
  }

  @Override
  public CompletionStage<Void> receive(
      int layer, int sourceRank, int sourceSlot, int destinationRank, int buffer) {
    Objects.checkIndex(layer, layers);
    Objects.checkIndex(sourceSlot, slots);
    Objects.checkIndex(buffer, buffers);
    if (written[destinationRank][buffer]) {
      complain("a copy starts into buffer " + buffer + " of rank " + destinationRank + ", in use");
    }
    if (random.nextDouble() < faults.receiveThrows) {
      throw new IllegalStateException("the link is down");
    }
    CompletableFuture<Void> done = new CompletableFuture<>();
    written[destinationRank][buffer] = true;
    copiesRunning++;
    int from = 2 * (layer * slots + sourceSlot);
    int to = 2 * (layers * slots + buffer);
    if (random.nextInt(8) == 0) {
      copyWord(sourceRank, from, destinationRank, to);
      copyWord(sourceRank, from + 1, destinationRank, to + 1);
      end(destinationRank, buffer, done, false);
      return done;
    }
    boolean slow = random.nextDouble() < faults.receiveIsSlow;
    long half = 1L + random.nextInt(slow ? 8_000_000 : 200_000);
    boolean fails = random.nextDouble() < faults.receiveFails;
    boolean never = random.nextDouble() < faults.receiveNeverEnds;
    int lossesBefore = losses[destinationRank];
    time.at(
        time.nanoTime() + half,
        () -> {
          if (losses[destinationRank] == lossesBefore) {
            copyWord(sourceRank, from, destinationRank, to);
          }
        });
    Runnable secondHalf =
        () -> {
          if (losses[destinationRank] != lossesBefore) {
            return;
          }
          if (!fails) {
            copyWord(sourceRank, from + 1, destinationRank, to + 1);
          }
          end(destinationRank, buffer, done, fails);
        };
    if (never) {
      neverEnding.add(secondHalf);
    } else {
      time.at(time.nanoTime() + 2 * half, secondHalf);
    }
    if (random.nextDouble() < faults.receiveHasNoStage) {
      stagesWithheld++;
      return none();
    }
    return done;
  }

  @SuppressWarnings("NullAway") // What an engine should not do.
  private static CompletionStage<Void> none() {
    return null;
  }

  private void copyWord(int sourceRank, int from, int destinationRank, int to) {
    memory[destinationRank][to] = memory[sourceRank][from];
  }

  private void end(int rank, int buffer, CompletableFuture<Void> done, boolean fails) {
    written[rank][buffer] = false;
    copiesRunning--;
    if (fails) {
      done.completeExceptionally(new IllegalStateException("half of it is missing"));
    } else {
      done.complete(null);
    }
  }

  @Override
  public void exchange(int layer, int rank, int slot, int buffer) {
    Objects.checkIndex(slot, slots);
    if (stepsInFlight.test(rank)) {
      complain("rank " + rank + ", slot " + slot + " is written while steps are in flight");
    }
    if (written[rank][buffer]) {
      complain("rank " + rank + ": buffer " + buffer + " is used while it is written");
    }
    String place = layer + "/" + rank + "/" + slot;
    if (mustUndo && random.nextDouble() < faults.exchangeFailsForGood && brokenForGood.add(place)) {
      throw new IllegalStateException("broken for good");
    }
    boolean fails = random.nextDouble() < faults.exchangeFailsOnce;
    fails &= faults.exchangeFailsTwiceInARow || !lastExchangeFailed;
    lastExchangeFailed = fails;
    if (brokenForGood.contains(place) || fails) {
      mustUndo = true;
      throw new IllegalStateException("the table of blocks is locked");
    }
    slotWrites++;
    for (int word = 0; word < 2; word++) {
      int slotAt = 2 * (layer * slots + slot) + word;
      int bufferAt = 2 * (layers * slots + buffer) + word;
      int kept = memory[rank][slotAt];
      memory[rank][slotAt] = memory[rank][bufferAt];
      memory[rank][bufferAt] = kept;
    }
  }

  /** Lets the copies that would never end do so after all. */
  void endWhatNeverEnds() {
    List.copyOf(neverEnding).forEach(Runnable::run);
    neverEnding.clear();
  }

  /** Returns how often a slot was written: until the next time, what differs stays the same. */
  long slotWrites() {
    return slotWrites;
  }

  int copiesRunning() {
    return copiesRunning;
  }

  /** Returns how many buffers can never be known to be free again. */
  int stagesWithheld() {
    return stagesWithheld;
  }

  private void complain(String about) {
    if (complaint.isEmpty()) {
      complaint = about;
    }
  }

  String complaint() {
    return complaint;
  }

  /** Returns the first place of a rank that does not hold what a table says; empty if all do. */
  String firstDifference(ExpertTable table, int rank) {
    for (int layer = 0; layer < layers; layer++) {
      for (int slot = 0; slot < slots; slot++) {
        int at = 2 * (layer * slots + slot);
        int right = content(layer, table.expertAt(layer, rank, slot));
        if (memory[rank][at] != right || memory[rank][at + 1] != right) {
          return "layer %d, rank %d, slot %d holds %d/%d, version %d says %d"
              .formatted(
                  layer,
                  rank,
                  slot,
                  memory[rank][at],
                  memory[rank][at + 1],
                  table.version(),
                  right);
        }
      }
    }
    return "";
  }
}
