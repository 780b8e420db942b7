package io.eplb.policies.incremental.layer;

import io.eplb.policies.incremental.forecast.LoadForecast;

/**
 * The placement of one layer during planning. Its four views are read only and always up to date;
 * only the operations of this class change them, all together:
 *
 * <ul>
 *   <li>{@link #current()} — the experts by slot now, and {@link #original()} — at the start;
 *   <li>{@link #burdens()} — the expected burden and heat of each rank;
 *   <li>{@link #transfers()} — the experts moved so far.
 * </ul>
 *
 * <p>Used by one thread for one layer after the other; allocates nothing once constructed. Callers
 * take legal steps only: nothing is checked here.
 */
public final class LayerState {
  private final Assignment original;
  private final Assignment current;
  private final HomeNodes homes;
  private final Transfers transfers;
  private final RankBurdens burdens;

  /**
   * Creates the memory for layers on the same ranks.
   *
   * @param forecast the load of the current layer; {@link #start} reads it
   * @param crossingPrice the price of placing an expert off its home node, in transfers
   */
  public LayerState(LivingRanks ranks, LoadForecast forecast, double crossingPrice) {
    this.original = new Assignment(ranks);
    this.current = new Assignment(ranks);
    this.homes = new HomeNodes(ranks, crossingPrice);
    this.transfers = new Transfers(original, current, homes);
    this.burdens = new RankBurdens(current, ranks, forecast);
  }

  /** Starts a layer from its row in force, under the present forecast. */
  public void start(int[] row, double aversion) {
    original.load(row);
    homes.locate(row);
    current.load(row);
    transfers.reset();
    burdens.setAversion(aversion);
    burdens.rebuild();
  }

  /** Restores an earlier row of this layer's plan. */
  public void restore(int[] row) {
    current.load(row);
    transfers.recount();
    burdens.rebuild();
  }

  /** Exchanges the experts of two slots on different ranks. */
  public void swap(int p, int q) {
    int expert = current.expert(p);
    put(p, current.expert(q));
    put(q, expert);
    burdens.update(current.rank(p));
    burdens.update(current.rank(q));
  }

  /**
   * Gives an expert one more replica in place of one of another's.
   *
   * @param p a slot that holds an expert with several replicas
   * @param q −1 to put the new replica there; else the slot whose expert goes to p and which takes
   *     the new replica
   */
  public void replicate(int p, int q, int expert) {
    int donor = current.expert(p);
    int relayed = expert;
    if (q >= 0) {
      relayed = current.expert(q);
      put(q, expert);
    }
    put(p, relayed);
    burdens.reweigh(donor);
    burdens.reweigh(expert);
    if (q >= 0) {
      burdens.update(current.rank(p));
    }
    // The rank that took the new replica is now among those that hold the expert.
    updateHolders(donor);
    updateHolders(expert);
  }

  private void updateHolders(int expert) {
    for (int slot = current.firstSlot(expert); slot >= 0; slot = current.nextSlot(slot)) {
      burdens.update(current.rank(slot));
    }
  }

  private void put(int slot, int expert) {
    current.put(slot, expert);
    transfers.recount(slot);
  }

  /** Returns the row so far. */
  public Assignment current() {
    return current;
  }

  /** Returns the row in force. */
  public Assignment original() {
    return original;
  }

  /** Returns the burdens of the ranks. */
  public RankBurdens burdens() {
    return burdens;
  }

  /** Returns the transfers so far. */
  public Transfers transfers() {
    return transfers;
  }
}
