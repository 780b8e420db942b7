package io.eplb.core.elastic;

import io.eplb.api.Placement;

/**
 * Gives every lost expert of a layer one slot, and every free slot one copy. An expert is lost if
 * no slot holds it. A slot is free if its rank can use it and it is EMPTY.
 *
 * <p>The slots written are as few as possible, max(free, lost): every lost expert needs a slot of
 * its own, and every free slot needs a copy. Lost experts take free slots first, then slots of
 * experts that keep another replica. There are enough of them while the usable slots are at least
 * the experts: the experts that are not lost need one slot each, and all others can be written.
 *
 * <p>Among the slots that keep this number, a lost expert takes one on the node where its group
 * lives, if there is one; then the one with the lowest peak, then the least unevenness, then the
 * lowest slot. Lost experts whose group lives on a node choose first, the hottest first, then the
 * lowest id. After that each of them chooses anew while the others stay, until no choice changes:
 * no lost expert can then take another slot and lower the peak by that alone.
 *
 * <p>Free slots are filled one by one, on the coolest rank first. The copy is that of an expert on
 * the hottest rank, the one that lowers the peak most. If none lowers it, it is that of the expert
 * with the largest share per replica among those that do not raise it; if all do, of the one that
 * raises it least. A rank gets no second replica of an expert unless it holds all experts. Then, as
 * long as that lowers the peak, or keeps it and evens the ranks out, one filled slot gets another
 * copy: on the hottest rank one with a smaller share, elsewhere one of an expert of the hottest
 * rank.
 *
 * <p>Example: three ranks hold [0 1] [2 0] [3 1], and rank 1 dies. Expert 2 is lost. Experts 0 and
 * 3 have one replica left, expert 1 has two; so 2 takes a slot of 1, on rank 0 or rank 2, whichever
 * is cooler with it.
 *
 * <p>Kernel: trusts its arguments. Made once, used by one thread, layer after layer.
 */
final class LayerRepair {
  /** A bound for safety: each round but the last lowers peak, unevenness or slot numbers. */
  private static final int MOST_ROUNDS = 16;

  /** The most other copies considered for the filled slots of a layer, to bound the time. */
  private static final int MOST_TRIES = 1 << 13;

  private final LayerRow row;
  private final int[] usable;
  private final GroupHomes homes;
  private final int[] lost;
  private final int[] places;
  private final int[] replaced;
  private final int[] free;
  private final int[] freeOfRank;
  private final int[] filled;
  private final Choice choice = new Choice();
  private int lostCount;
  private int freeCount;

  /**
   * Creates the memory for layers of one shape.
   *
   * @param row the layer to repair; started anew for each layer, EMPTY where slots cannot be used
   * @param usable the usable slots of every rank, its first ones
   * @param homes the nodes of the groups; found anew for each layer
   */
  LayerRepair(LayerRow row, int[] usable, GroupHomes homes) {
    this.row = row;
    this.usable = usable;
    this.homes = homes;
    this.lost = new int[row.experts()];
    this.places = new int[row.experts()];
    this.replaced = new int[row.experts()];
    this.free = new int[row.physicalSlots()];
    this.freeOfRank = new int[row.ranks()];
    this.filled = new int[row.physicalSlots()];
  }

  /** The best of some possible writes so far. */
  private static final class Choice {
    private static final int NONE = -1;

    private int slot;
    private int expert;
    private boolean atHome;
    private double peak;
    private double unevenness;

    void reset() {
      slot = NONE;
    }

    /** Takes a write if it is better than the best so far; leaves the row as it is. */
    void consider(LayerRow row, int candidate, int written, boolean suits) {
      if (slot != NONE && atHome && !suits) {
        return;
      }
      int former = row.write(candidate, written);
      double newPeak = row.peak();
      double newUnevenness = row.unevenness();
      row.write(candidate, former);
      if (slot == NONE
          || atHome != suits
          || newPeak < peak
          || (newPeak == peak && newUnevenness < unevenness)) {
        slot = candidate;
        expert = written;
        atHome = suits;
        peak = newPeak;
        unevenness = newUnevenness;
      }
    }

    /** Returns whether the best write lowers the peak, or keeps it and evens the others out. */
    boolean improves(LayerRow row) {
      if (slot == NONE) {
        return false;
      }
      double former = row.peak();
      return peak < former || (peak == former && unevenness < row.unevenness());
    }
  }

  /** Finds the nodes on which groups live, in the row before anything is lost. */
  void findHomes(int[] before) {
    homes.find(before);
  }

  /**
   * Repairs the layer. The usable slots must be at least the experts.
   *
   * @return the number of lost experts
   */
  int run() {
    findFree();
    lostCount = lostExperts(lost);
    for (int index = 0; index < lostCount; index++) {
      place(index);
    }
    boolean changed = lostCount > 1;
    for (int round = 0; changed && round < MOST_ROUNDS; round++) {
      changed = false;
      for (int index = 0; index < lostCount; index++) {
        int former = places[index];
        takeBack(index);
        place(index);
        changed |= places[index] != former;
      }
    }
    fill();
    return lostCount;
  }

  /**
   * Lists the lost experts of a layer in the order in which they choose.
   *
   * @param destination receives them; one element per expert
   * @return their number
   */
  int lostExperts(int[] destination) {
    int count = 0;
    for (int expert = 0; expert < row.experts(); expert++) {
      if (row.count(expert) == 0) {
        destination[count++] = expert;
      }
    }
    row.sortHottestFirst(destination, count);
    int atHome = 0;
    for (int index = 0; index < count; index++) {
      int expert = destination[index];
      if (homes.known(expert)) {
        System.arraycopy(destination, atHome, destination, atHome + 1, index - atHome);
        destination[atHome++] = expert;
      }
    }
    return count;
  }

  private void findFree() {
    freeCount = 0;
    for (int rank = 0; rank < usable.length; rank++) {
      int base = rank * row.slots();
      freeOfRank[rank] = 0;
      for (int slot = base; slot < base + usable[rank]; slot++) {
        if (row.at(slot) == Placement.EMPTY) {
          free[freeCount++] = slot;
          freeOfRank[rank]++;
        }
      }
    }
  }

  private void place(int index) {
    int expert = lost[index];
    choice.reset();
    if (freeCount > 0) {
      for (int at = 0; at < freeCount; at++) {
        choice.consider(row, free[at], expert, homes.suits(expert, free[at]));
      }
      takeFree(choice.slot);
    } else {
      for (int slot = 0; slot < row.physicalSlots(); slot++) {
        int holder = row.at(slot);
        if (holder != Placement.EMPTY && row.count(holder) > 1) {
          choice.consider(row, slot, expert, homes.suits(expert, slot));
        }
      }
    }
    places[index] = choice.slot;
    replaced[index] = row.write(choice.slot, expert);
  }

  private void takeBack(int index) {
    int slot = places[index];
    row.write(slot, replaced[index]);
    if (replaced[index] == Placement.EMPTY) {
      giveBackFree(slot);
    }
  }

  /** Removes a slot from the list of free ones, which ascends. */
  private void takeFree(int slot) {
    int at = 0;
    while (free[at] != slot) {
      at++;
    }
    freeCount--;
    System.arraycopy(free, at + 1, free, at, freeCount - at);
    freeOfRank[slot / row.slots()]--;
  }

  private void giveBackFree(int slot) {
    int at = freeCount;
    while (at > 0 && free[at - 1] > slot) {
      free[at] = free[at - 1];
      at--;
    }
    free[at] = slot;
    freeCount++;
    freeOfRank[slot / row.slots()]++;
  }

  private void fill() {
    int count = 0;
    while (freeCount > 0) {
      filled[count++] = fillOne();
    }
    int tries = count == 0 ? MOST_TRIES : 0;
    while (tries < MOST_TRIES) {
      choice.reset();
      for (int index = 0; index < count; index++) {
        tries += considerOtherCopies(filled[index], row.hottest());
      }
      if (!choice.improves(row)) {
        return;
      }
      row.write(choice.slot, choice.expert);
    }
  }

  /**
   * Considers other copies for a filled slot.
   *
   * @return the number of copies considered
   */
  private int considerOtherCopies(int slot, int hottest) {
    int tries = 0;
    if (slot / row.slots() == hottest) {
      for (int expert = 0; expert < row.experts(); expert++) {
        if (row.load(expert) / (row.count(expert) + 1) < row.shareOf(row.at(slot))) {
          tries += considerCopy(slot, expert);
        }
      }
    } else {
      for (int at = hottest * row.slots(); at < (hottest + 1) * row.slots(); at++) {
        tries += row.at(at) == Placement.EMPTY ? 0 : considerCopy(slot, row.at(at));
      }
    }
    return tries;
  }

  private int considerCopy(int slot, int expert) {
    if (!homes.suits(expert, slot) || row.holds(slot / row.slots(), expert)) {
      return 0;
    }
    choice.consider(row, slot, expert, true);
    return 1;
  }

  /**
   * Fills one free slot of the coolest rank.
   *
   * @return the slot
   */
  private int fillOne() {
    int coolest = -1;
    for (int rank = 0; rank < row.ranks(); rank++) {
      if (freeOfRank[rank] > 0 && (coolest < 0 || row.heat(rank) < row.heat(coolest))) {
        coolest = rank;
      }
    }
    int at = 0;
    while (free[at] / row.slots() != coolest) {
      at++;
    }
    int slot = free[at];
    takeFree(slot);
    row.write(slot, copyFor(coolest, slot));
    return slot;
  }

  private int copyFor(int rank, int slot) {
    choice.reset();
    for (int at = row.hottest() * row.slots(); at < (row.hottest() + 1) * row.slots(); at++) {
      if (row.at(at) != Placement.EMPTY) {
        considerCopy(slot, row.at(at));
      }
    }
    return choice.improves(row) ? choice.expert : largestShare(rank, slot);
  }

  /**
   * Returns the expert with the largest share that the rank can take without a higher peak; if
   * there is none, the one with the smallest new share. Experts that suit the node come before
   * others, those that the rank does not hold before those that it does; of equals, the one with
   * fewer replicas, then the lowest id.
   */
  private int largestShare(int rank, int slot) {
    double peak = row.peak();
    int best = -1;
    int bestGrade = -1;
    double bestShare = 0.0;
    for (int expert = 0; expert < row.experts(); expert++) {
      double added = row.load(expert) / (row.count(expert) + 1);
      boolean fits = row.heat(rank) + added / row.speed(rank) <= peak;
      int grade =
          (row.holds(rank, expert) ? 0 : 4) + (homes.suits(expert, slot) ? 2 : 0) + (fits ? 1 : 0);
      double share = fits ? row.shareOf(expert) : -added;
      if (best < 0
          || grade > bestGrade
          || (grade == bestGrade
              && (share > bestShare
                  || (share == bestShare && row.count(expert) < row.count(best))))) {
        best = expert;
        bestGrade = grade;
        bestShare = share;
      }
    }
    return best;
  }
}
