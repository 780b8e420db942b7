package io.eplb.policies.incremental;

import io.eplb.policies.kernel.FallingOrder;
import java.util.Arrays;

/**
 * One layer's placement in the making: who holds what, what each rank is expected to carry, and
 * which experts have been moved so far against the original row. Reused from layer to layer by one
 * thread; allocates nothing once constructed. Callers keep to legal steps; nothing is checked here.
 */
final class LayerState {
  private static final int RANKS_SEARCHED = 32;
  private static final int SLOTS_SEARCHED = 512;

  final int experts;
  final int ranks;
  final int slots;
  final int physical;

  /**
   * To how many ranks a search for one step goes at most. The best step is nearly always among the
   * hottest and the coldest ranks, so that of thousands a few offer enough to choose from.
   */
  final int mostSearched;

  /** Rank per slot. */
  final int[] rankOf;

  /** Expert per slot, rank by rank. */
  final int[] row;

  /** Replicas per expert. */
  final int[] count;

  /** First slot that holds an expert; the others follow in {@link #next}, −1 ends. */
  final int[] first;

  final int[] next;

  /** What one replica of an expert adds to its rank: expected load and its own variance. */
  final double[] share;

  /** What one replica of an expert adds to its rank's factors, expert × factors. */
  final double[] shareFactor;

  /** Per slot, the share of the expert that it holds. */
  final double[] slotShare;

  /** The slots of each rank by falling share, of equal ones the lower first. */
  final int[] byShare;

  /** Per rank, mean load plus half the aversion times the variance; near 1. */
  final double[] burden;

  /** Per rank, {@link #power} of the burden. */
  final double[] power;

  /** Joint deviations per rank × factor. */
  final double[] factor;

  /** 1 for each slot that holds an expert that its rank did not hold originally, 0 for others. */
  final int[] newcomer;

  /** Experts received per rank. */
  final int[] received;

  /** Experts received by all ranks. */
  int moved;

  /** Half the aversion. */
  double half;

  int factors;

  /** The ranks by falling burden. */
  final RankOrder order;

  /** The ranks that have changed; for whoever keeps something about them. */
  final ChangedRanks changed;

  private final SumTree powers;
  private final SumTree burdens;
  private final LoadModel model;
  private final int[] original;
  private final int[] firstOriginal;
  private final int[] nextOriginal;
  private final HomeNodes homes;

  LayerState(int experts, int ranks, int slots, LoadModel model, HomeNodes homes) {
    this.experts = experts;
    this.ranks = ranks;
    this.slots = slots;
    this.physical = ranks * slots;
    this.model = model;
    this.homes = homes;
    this.mostSearched = Math.max(RANKS_SEARCHED, SLOTS_SEARCHED / slots);
    this.rankOf = new int[physical];
    for (int slot = 0; slot < physical; slot++) {
      rankOf[slot] = slot / slots;
    }
    this.row = new int[physical];
    this.original = new int[physical];
    this.firstOriginal = new int[experts];
    this.nextOriginal = new int[physical];
    this.count = new int[experts];
    this.first = new int[experts];
    this.next = new int[physical];
    this.share = new double[experts];
    int mostFactors = model.deviation.length / experts;
    this.shareFactor = new double[experts * mostFactors];
    this.slotShare = new double[physical];
    this.byShare = new int[physical];
    for (int slot = 0; slot < physical; slot++) {
      byShare[slot] = slot;
    }
    this.burden = new double[ranks];
    this.power = new double[ranks];
    this.factor = new double[ranks * mostFactors];
    this.newcomer = new int[physical];
    this.received = new int[ranks];
    this.order = new RankOrder(burden);
    this.changed = new ChangedRanks(ranks);
    this.powers = new SumTree(ranks);
    this.burdens = new SumTree(ranks);
  }

  /** Starts from a row under what the model has learnt. */
  void start(int[] from, double aversion) {
    System.arraycopy(from, 0, original, 0, physical);
    System.arraycopy(from, 0, row, 0, physical);
    homes.locate(original);
    link(original, firstOriginal, nextOriginal);
    half = aversion / 2;
    factors = aversion > 0.0 ? model.factors() : 0;
    moved = 0;
    Arrays.fill(received, 0);
    Arrays.fill(newcomer, 0);
    index();
  }

  /** Goes back to a row that this layer's plan came through. */
  void restore(int[] earlier) {
    System.arraycopy(earlier, 0, row, 0, physical);
    moved = 0;
    Arrays.fill(received, 0);
    for (int slot = 0; slot < physical; slot++) {
      newcomer[slot] = held(rankOf[slot], row[slot]) ? 0 : 1;
      received[rankOf[slot]] += newcomer[slot];
      moved += newcomer[slot];
    }
    index();
  }

  /** Links the slots of each expert, in their order. */
  private void link(int[] holders, int[] firstSlot, int[] nextSlot) {
    Arrays.fill(firstSlot, -1);
    for (int slot = physical - 1; slot >= 0; slot--) {
      int expert = holders[slot];
      nextSlot[slot] = firstSlot[expert];
      firstSlot[expert] = slot;
    }
  }

  private void index() {
    link(row, first, next);
    Arrays.fill(count, 0);
    for (int slot = 0; slot < physical; slot++) {
      count[row[slot]]++;
    }
    for (int expert = 0; expert < experts; expert++) {
      reshare(expert);
    }
    for (int rank = 0; rank < ranks; rank++) {
      shareOut(rank);
      burden[rank] = burdenOf(rank, factor, rank * factors);
      power[rank] = power(burden[rank]);
      changed.add(rank);
    }
    order.rebuild();
    powers.rebuild(power);
    burdens.rebuild(burden);
  }

  /**
   * The convex measure of a burden: x<sup>12</sup>. The 12-norm over the ranks is led by those that
   * stand out, and still pulls on all ranks when none does.
   */
  static double power(double burden) {
    double square = burden * burden;
    double fourth = square * square;
    return fourth * fourth * fourth;
  }

  /** What one replica of an expert adds to its rank if it has {@code replicas}. */
  double shareAt(int expert, int replicas) {
    return model.mean[expert] / replicas
        + half * model.variance[expert] / ((double) replicas * replicas);
  }

  double potential() {
    return powers.total();
  }

  /** The least potential that any arrangement with this total burden could have. */
  double leastPotential() {
    return ranks * power(burdens.total() / ranks);
  }

  /** Whether a rank holds an expert now. */
  boolean holds(int rank, int expert) {
    return isAmong(first, next, rank, expert);
  }

  /** Whether a rank held an expert originally. */
  boolean held(int rank, int expert) {
    return isAmong(firstOriginal, nextOriginal, rank, expert);
  }

  private boolean isAmong(int[] firstSlot, int[] nextSlot, int rank, int expert) {
    int from = rank * slots;
    int to = from + slots;
    for (int slot = firstSlot[expert]; slot >= 0; slot = nextSlot[slot]) {
      if (slot >= from && slot < to) {
        return true;
      }
    }
    return false;
  }

  /** Whether any other rank held an expert originally. */
  boolean wasElsewhere(int rank, int expert) {
    int slot = firstOriginal[expert];
    while (slot >= 0 && rankOf[slot] == rank) {
      slot = nextOriginal[slot];
    }
    return slot >= 0;
  }

  /**
   * Marks the ranks that held the expert of one of this rank's slots originally, and those that
   * hold now what stood there.
   */
  void markRelatives(int rank, int slot, int[] marks, int mark) {
    for (int home = firstOriginal[row[slot]]; home >= 0; home = nextOriginal[home]) {
      marks[rankOf[home]] = mark;
    }
    if (!holds(rank, original[slot])) {
      for (int away = first[original[slot]]; away >= 0; away = next[away]) {
        marks[rankOf[away]] = mark;
      }
    }
  }

  /** Fills a set with the experts that a rank held originally. */
  void fillOriginal(ExpertSet set, int rank) {
    set.fill(original, rank * slots, (rank + 1) * slots);
  }

  /** Change of the number of experts that a rank receives if {@code in} takes the place of out. */
  int receives(int rank, int out, int in) {
    return (held(rank, in) ? 0 : 1) - (held(rank, out) ? 0 : 1);
  }

  /** What is to be paid for that, in transfers within a node. */
  double price(int rank, int out, int in) {
    return (held(rank, in) ? 0.0 : priceOfTransfer(rank, in))
        - (held(rank, out) ? 0.0 : priceOfTransfer(rank, out));
  }

  /** What it costs to bring an expert to a rank that did not hold it. */
  double priceOfTransfer(int rank, int expert) {
    return 1.0 + homes.surcharge(rank, expert);
  }

  /** Whether the price of a transfer depends on the rank that receives it. */
  boolean crossingCosts() {
    return homes.greatestSurcharge() > 0.0;
  }

  /** The least that any exchange can cost: an expert that was dear comes back for one. */
  double leastPrice() {
    return -1.0 - homes.greatestSurcharge();
  }

  /** Exchanges the experts of two slots on different ranks. */
  void swap(int p, int q) {
    int expert = row[p];
    put(p, row[q]);
    put(q, expert);
    refresh(rankOf[p]);
    refresh(rankOf[q]);
  }

  /**
   * Gives an expert one more replica in place of one of another's.
   *
   * @param p a slot that holds an expert with several replicas
   * @param q −1 to put the new replica there; else the slot whose expert goes to p and which takes
   *     the new replica
   */
  void replicate(int p, int q, int expert) {
    int donor = row[p];
    recount(donor, -1, expert, 1);
    if (q < 0) {
      put(p, expert);
    } else {
      int relayed = row[q];
      put(q, expert);
      put(p, relayed);
    }
    refreshAfter(p, q, donor, expert);
  }

  /** Changes the replica counts of two experts, and what each of their replicas weighs. */
  void recount(int donor, int change, int expert, int opposite) {
    count[donor] += change;
    count[expert] += opposite;
    reshare(donor);
    reshare(expert);
  }

  private void refreshAfter(int p, int q, int donor, int expert) {
    refresh(rankOf[p]);
    if (q >= 0) {
      refresh(rankOf[q]);
    }
    for (int slot = first[donor]; slot >= 0; slot = next[slot]) {
      refresh(rankOf[slot]);
    }
    for (int slot = first[expert]; slot >= 0; slot = next[slot]) {
      refresh(rankOf[slot]);
    }
  }

  private void put(int slot, int expert) {
    int rank = rankOf[slot];
    int old = row[slot];
    int isNew = held(rank, expert) ? 0 : 1;
    int change = isNew - newcomer[slot];
    received[rank] += change;
    moved += change;
    if (first[old] == slot) {
      first[old] = next[slot];
    } else {
      int before = first[old];
      while (next[before] != slot) {
        before = next[before];
      }
      next[before] = next[slot];
    }
    row[slot] = expert;
    newcomer[slot] = isNew;
    next[slot] = first[expert];
    first[expert] = slot;
  }

  private void reshare(int expert) {
    share[expert] = shareAt(expert, count[expert]);
    for (int k = 0; k < factors; k++) {
      shareFactor[expert * factors + k] = model.deviation[expert * factors + k] / count[expert];
    }
  }

  /** Takes what a rank holds now. */
  private void refresh(int rank) {
    shareOut(rank);
    order.change(rank, burdenOf(rank, factor, rank * factors));
    power[rank] = power(burden[rank]);
    powers.set(rank, power[rank]);
    burdens.set(rank, burden[rank]);
    changed.add(rank);
  }

  private void shareOut(int rank) {
    int from = rank * slots;
    for (int slot = from; slot < from + slots; slot++) {
      slotShare[slot] = share[row[slot]];
    }
    FallingOrder.sort(byShare, from, from + slots, slotShare);
  }

  /**
   * Sums a rank's burden up afresh, in the order of slots, so that no rounding error accumulates;
   * its joint deviations go to {@code joints} from {@code to} on.
   */
  double burdenOf(int rank, double[] joints, int to) {
    double sum = 0.0;
    int from = rank * slots;
    for (int slot = from; slot < from + slots; slot++) {
      sum += share[row[slot]];
    }
    double squares = 0.0;
    for (int k = 0; k < factors; k++) {
      double joint = 0.0;
      for (int slot = from; slot < from + slots; slot++) {
        joint += shareFactor[row[slot] * factors + k];
      }
      joints[to + k] = joint;
      squares += joint * joint;
    }
    return sum + half * squares;
  }
}
