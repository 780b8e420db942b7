package io.eplb.core.elastic;

import io.eplb.api.Placement;
import java.util.Arrays;

/**
 * Spreads the replicas of a layer over failure domains, so that the hottest experts survive the
 * loss of some of them. An expert is covered if its replicas are in {@code survive + 1} domains.
 *
 * <p>A covered expert needs {@code survive} slots beyond one, so at most spare ÷ survive experts
 * can be covered, spare = usable slots − experts. As many are wanted, the hottest ones; of equally
 * hot ones the lower id. The load of an expert that is covered before all changes counts one and a
 * half times, so that those wanted do not change from plan to plan. Other experts keep replicas
 * only as far as no wanted one needs them. A wanted expert gets one more domain at a time, by the
 * best of these changes:
 *
 * <ul>
 *   <li>take: it takes a slot, in a new domain, of an expert that can spare the replica;
 *   <li>exchange: of two replicas in one domain one changes places with an expert in a new domain;
 *   <li>make way: if neither is possible, an expert in a new domain moves to a slot that can be
 *       spared elsewhere, and leaves its own.
 * </ul>
 *
 * <p>Best is the change with the lowest peak, then the fewest experts moved, then the least
 * unevenness, then the lowest slots. These figures are those of equal parts for all replicas. Under
 * another dispatch, whose peak takes far longer to find, the eight best changes are measured by it,
 * and the one with the lowest peak is made. If an expert cannot be covered, its changes are taken
 * back, and the slots go to the next one. At last pairs of experts on the hottest rank and another
 * rank change places, as long as that lowers the peak and the peak is above the one before all
 * changes; first for equal parts, which also keeps other loads even, then for the dispatch.
 *
 * <p>No change takes a domain from a wanted expert that needs it, puts a second replica of an
 * expert on a rank, or moves more experts than the limits allow. Moves are counted against the
 * table in force, so a change that takes back a move of the policy costs nothing.
 *
 * <p>Kernel: trusts its arguments. Made once, used by one thread, layer after layer.
 */
final class LayerSurvival {
  private static final int NONE = -1;

  /** The changes that are measured under a dispatch other than equal parts. */
  private static final int SHORTLIST = 8;

  private static final double ROUNDING = 1e-9;

  /** The load of an expert that the policy has covered counts so many times. */
  private static final double COVERED_FIRST = 1.5;

  private final int[] domains;
  private final int need;
  private final int perLayer;
  private final int perRank;
  private final int[] order;
  private final double[] urgency;
  private final boolean[] wanted;
  private final int[] seenIn;
  private final boolean[] taken;
  private final int[] movedTo;
  private final int[] saved;
  private final Change[] shortlist;
  private final LayerRow row;
  private final RowPeak underDispatch;
  private final LayerRow inForce;
  private int listed;
  private int stamp;
  private int moved;

  /** One or two slots and their new experts, and the layer's figures with them. */
  private static final class Change {
    private int slot;
    private int expert;
    private int secondSlot;
    private int secondExpert;
    private double peak;
    private int moved;
    private double unevenness;

    void take(int newSlot, int newExpert, int newSecondSlot, int newSecondExpert) {
      slot = newSlot;
      expert = newExpert;
      secondSlot = newSecondSlot;
      secondExpert = newSecondExpert;
    }
  }

  /**
   * Creates the memory for layers of one shape.
   *
   * @param row the layer to change; started anew for each layer
   * @param inForce the layer in force, to count moves against; started anew for each layer
   * @param underDispatch the peak of {@code row}
   * @param domains the failure domain of every rank, 0…ranks−1
   * @param survive the domains that may fail, 1 or more
   * @param perLayer the most experts moved in a layer
   * @param perRank the most experts moved to a rank in a layer
   */
  LayerSurvival(
      LayerRow row,
      LayerRow inForce,
      RowPeak underDispatch,
      int[] domains,
      int survive,
      int perLayer,
      int perRank) {
    this.row = row;
    this.underDispatch = underDispatch;
    this.shortlist = new Change[underDispatch.equalParts() ? 1 : SHORTLIST];
    Arrays.setAll(shortlist, at -> new Change());
    this.inForce = inForce;
    this.domains = domains;
    this.need = survive + 1;
    this.perLayer = perLayer;
    this.perRank = perRank;
    this.order = new int[row.experts()];
    this.urgency = new double[row.experts()];
    this.wanted = new boolean[row.experts()];
    this.seenIn = new int[row.ranks()];
    this.taken = new boolean[row.ranks()];
    this.movedTo = new int[row.ranks()];
    this.saved = new int[row.physicalSlots()];
  }

  /**
   * Covers as many experts of the layer as possible.
   *
   * @return the number of experts that are not covered
   */
  int spread() {
    int experts = row.experts();
    int used = 0;
    for (int slot = 0; slot < row.physicalSlots(); slot++) {
      used += row.at(slot) == Placement.EMPTY ? 0 : 1;
    }
    int most = Math.min(experts, (used - experts) / (need - 1));
    for (int expert = 0; expert < experts; expert++) {
      order[expert] = expert;
      urgency[expert] = row.load(expert) * (domainsOf(expert, NONE) < need ? 1.0 : COVERED_FIRST);
    }
    LayerRow.sortDescending(order, experts, urgency);
    for (int index = 0; index < experts; index++) {
      wanted[order[index]] = index < most;
    }
    countMoves();
    double evenBefore = row.peak();
    double peakBefore = underDispatch.measure();
    for (int index = 0; index < most; index++) {
      wanted[order[index]] = cover(order[index]);
    }
    coverOthers(most);
    settleEqualParts(evenBefore);
    if (!underDispatch.equalParts()) {
      settleUnderDispatch(peakBefore);
    }
    int uncovered = 0;
    for (int expert = 0; expert < experts; expert++) {
      uncovered += domainsOf(expert, NONE) < need ? 1 : 0;
    }
    return uncovered;
  }

  /** Covers experts that are not among the hottest, with the slots that those could not use. */
  private void coverOthers(int from) {
    int spare = spareReplicas();
    for (int index = from; spare > 0 && index < order.length; index++) {
      int expert = order[index];
      if (row.count(expert) + spare >= need && cover(expert)) {
        wanted[expert] = true;
        spare = spareReplicas();
      }
    }
  }

  /** Counts the replicas beyond those that cover the wanted experts and one of each other. */
  private int spareReplicas() {
    int spare = 0;
    for (int expert = 0; expert < wanted.length; expert++) {
      spare += row.count(expert) - (wanted[expert] ? Math.min(need, row.count(expert)) : 1);
    }
    return spare;
  }

  /** Returns the experts moved from the layer in force to the changed one. */
  int moved() {
    return moved;
  }

  private void countMoves() {
    moved = 0;
    Arrays.fill(movedTo, 0);
    for (int slot = 0; slot < row.physicalSlots(); slot++) {
      count(slot, row.at(slot), 1);
    }
  }

  private void count(int slot, int expert, int sign) {
    int rank = slot / row.slots();
    if (expert != Placement.EMPTY && !inForce.holds(rank, expert)) {
      movedTo[rank] += sign;
      moved += sign;
    }
  }

  private int write(int slot, int expert) {
    int former = row.write(slot, expert);
    count(slot, former, -1);
    count(slot, expert, 1);
    return former;
  }

  /** Returns whether an expert is covered, perhaps after changes; leaves no change if it is not. */
  private boolean cover(int expert) {
    row.copyTo(saved, 0);
    while (domainsOf(expert, NONE) < need) {
      findChanges(expert);
      if (listed == 0) {
        for (int slot = 0; slot < saved.length; slot++) {
          if (row.at(slot) != saved[slot]) {
            write(slot, saved[slot]);
          }
        }
        return false;
      }
      apply(best());
    }
    return true;
  }

  /**
   * Returns the listed change with the lowest peak under the dispatch, which becomes its peak; of
   * equals, the first.
   */
  private Change best() {
    Change best = shortlist[0];
    for (int at = 0; at < listed && !underDispatch.equalParts(); at++) {
      Change change = shortlist[at];
      int former = row.at(change.slot);
      int secondFormer = change.secondSlot == NONE ? NONE : row.at(change.secondSlot);
      apply(change);
      change.peak = underDispatch.measure();
      if (change.secondSlot != NONE) {
        write(change.secondSlot, secondFormer);
      }
      write(change.slot, former);
      if (change.peak < best.peak * (1 - ROUNDING)) {
        best = change;
      }
    }
    return best;
  }

  private void apply(Change change) {
    write(change.slot, change.expert);
    if (change.secondSlot != NONE) {
      write(change.secondSlot, change.secondExpert);
    }
  }

  /** Lists the best changes that give an expert a replica in one more domain. */
  private void findChanges(int expert) {
    listed = 0;
    markDomains(expert);
    for (int slot = 0; slot < row.physicalSlots(); slot++) {
      int other = row.at(slot);
      if (other == Placement.EMPTY || taken[domainAt(slot)]) {
        continue;
      }
      if (sparable(slot)) {
        consider(slot, expert, NONE, NONE);
      }
      for (int own = row.firstHolder(expert); own != LayerRow.NONE; own = row.nextHolder(own)) {
        if (domainsOf(expert, own) == domainsOf(expert, NONE) && movable(slot, own)) {
          consider(own, other, slot, expert);
        }
      }
    }
    for (int free = 0; listed == 0 && free < row.physicalSlots(); free++) {
      if (sparable(free) && row.at(free) != expert) {
        makeWay(free, expert);
      }
    }
  }

  /** Considers to move the experts of new domains to a slot that can be spared. */
  private void makeWay(int free, int expert) {
    for (int slot = 0; slot < row.physicalSlots(); slot++) {
      int other = row.at(slot);
      if (other != Placement.EMPTY && !taken[domainAt(slot)] && movable(slot, free)) {
        consider(free, other, slot, expert);
      }
    }
  }

  /** Lists a change if it is allowed and among the best so far; leaves the row as it is. */
  private void consider(int slot, int expert, int secondSlot, int secondExpert) {
    int former = write(slot, expert);
    int secondFormer = secondSlot == NONE ? NONE : write(secondSlot, secondExpert);
    if (withinLimits(slot) && (secondSlot == NONE || withinLimits(secondSlot))) {
      list(slot, expert, secondSlot, secondExpert, row.peak(), row.unevenness());
    }
    if (secondSlot != NONE) {
      write(secondSlot, secondFormer);
    }
    write(slot, former);
  }

  /** Lists a change if it is better than one that is listed, or there is room. */
  private void list(
      int slot, int expert, int secondSlot, int secondExpert, double peak, double unevenness) {
    int at = listed;
    while (at > 0 && better(peak, unevenness, shortlist[at - 1])) {
      at--;
    }
    if (at == shortlist.length) {
      return;
    }
    listed = Math.min(listed + 1, shortlist.length);
    Change change = shortlist[listed - 1];
    System.arraycopy(shortlist, at, shortlist, at + 1, listed - 1 - at);
    shortlist[at] = change;
    change.take(slot, expert, secondSlot, secondExpert);
    change.peak = peak;
    change.moved = moved;
    change.unevenness = unevenness;
  }

  private boolean better(double peak, double unevenness, Change than) {
    return peak < than.peak
        || (peak == than.peak
            && (moved < than.moved || (moved == than.moved && unevenness < than.unevenness)));
  }

  private boolean withinLimits(int slot) {
    return moved <= perLayer && movedTo[slot / row.slots()] <= perRank;
  }

  /** Lets experts change places while that lowers the peak and it is above a limit. */
  private void settleEqualParts(double peakBefore) {
    for (int step = 0; step < row.physicalSlots() && row.peak() > peakBefore; step++) {
      listSwapsOf(row.hottest());
      if (listed == 0) {
        return;
      }
      apply(shortlist[0]);
    }
  }

  /**
   * Lists the swaps of an expert of a rank with a cooler one elsewhere that leave the lowest heat
   * on the hotter of the two ranks; of equals, those that move fewer experts, then the lowest
   * slots.
   */
  private void listSwapsOf(int rank) {
    listed = 0;
    int base = rank * row.slots();
    for (int slot = base; slot < base + row.slots(); slot++) {
      int expert = row.at(slot);
      for (int other = 0; expert != Placement.EMPTY && other < row.physicalSlots(); other++) {
        int partner = row.at(other);
        if (partner == Placement.EMPTY) {
          continue;
        }
        int otherRank = other / row.slots();
        double shifted = row.shareOf(expert) - row.shareOf(partner);
        double heat =
            Math.max(
                row.heat(rank) - shifted / row.speed(rank),
                row.heat(otherRank) + shifted / row.speed(otherRank));
        if (shifted > 0.0
            && heat < row.heat(rank)
            && movable(slot, other)
            && movable(other, slot)) {
          considerSwap(slot, other, heat);
        }
      }
    }
  }

  /**
   * Lists a swap if it is allowed and among those with the least figures, then the fewest moves.
   */
  private void considerSwap(int slot, int other, double figure) {
    int expert = row.at(slot);
    int partner = row.at(other);
    count(slot, expert, -1);
    count(other, partner, -1);
    count(slot, partner, 1);
    count(other, expert, 1);
    if (withinLimits(slot) && withinLimits(other)) {
      list(slot, partner, other, expert, figure, 0.0);
    }
    count(slot, partner, -1);
    count(other, expert, -1);
    count(slot, expert, 1);
    count(other, partner, 1);
  }

  /** As {@link #settleEqualParts}, with the peak under the dispatch. */
  private void settleUnderDispatch(double peakBefore) {
    double peak = underDispatch.measure();
    for (int step = 0; step < row.physicalSlots() && peak > peakBefore; step++) {
      listSwapsOfTightRanks();
      Change swap = best();
      if (listed == 0 || !(swap.peak < peak * (1 - ROUNDING))) {
        return;
      }
      apply(swap);
      peak = underDispatch.measure();
    }
  }

  /**
   * Lists the swaps of an expert that is confined to the ranks of the peak, measured last, with one
   * elsewhere that take the load nearest to what these ranks have too much.
   */
  private void listSwapsOfTightRanks() {
    listed = 0;
    double excess = underDispatch.excess();
    for (int slot = 0; slot < row.physicalSlots(); slot++) {
      int expert = row.at(slot);
      if (expert == Placement.EMPTY || !underDispatch.confined(expert)) {
        continue;
      }
      for (int other = 0; other < row.physicalSlots(); other++) {
        int partner = row.at(other);
        if (partner != Placement.EMPTY
            && !underDispatch.tight(other / row.slots())
            && movable(slot, other)
            && movable(other, slot)) {
          double taken = row.load(expert) - (row.count(partner) > 1 ? 0.0 : row.load(partner));
          if (taken > 0.0) {
            considerSwap(slot, other, Math.abs(taken - excess));
          }
        }
      }
    }
  }

  /** Returns whether a slot has an expert, which can do without this replica. */
  private boolean sparable(int slot) {
    int expert = row.at(slot);
    return expert != Placement.EMPTY
        && row.count(expert) > 1
        && (!wanted[expert] || domainsOf(expert, slot) >= Math.min(need, domainsOf(expert, NONE)));
  }

  /** Returns whether the expert of a slot can move to the rank of another slot. */
  private boolean movable(int slot, int to) {
    int expert = row.at(slot);
    if (row.holds(to / row.slots(), expert)) {
      return false;
    }
    if (!wanted[expert]) {
      return true;
    }
    int before = domainsOf(expert, NONE);
    int others = domainsOf(expert, slot);
    int after = seenIn[domainAt(to)] == stamp ? others : others + 1;
    return after >= Math.min(need, before);
  }

  private int domainAt(int slot) {
    return domains[slot / row.slots()];
  }

  private void markDomains(int expert) {
    Arrays.fill(taken, false);
    for (int slot = row.firstHolder(expert); slot != LayerRow.NONE; slot = row.nextHolder(slot)) {
      taken[domainAt(slot)] = true;
    }
  }

  /** Counts the domains of an expert's replicas, without that of one slot; marks them as seen. */
  private int domainsOf(int expert, int except) {
    if (++stamp == Integer.MAX_VALUE) {
      Arrays.fill(seenIn, 0);
      stamp = 1;
    }
    int count = 0;
    for (int slot = row.firstHolder(expert); slot != LayerRow.NONE; slot = row.nextHolder(slot)) {
      int domain = domainAt(slot);
      if (slot != except && seenIn[domain] != stamp) {
        seenIn[domain] = stamp;
        count++;
      }
    }
    return count;
  }
}
