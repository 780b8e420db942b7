package io.eplb.policies.incremental.layer;

import io.eplb.api.EpTopology;
import io.eplb.policies.incremental.forecast.LoadForecast;

/**
 * One layer's placement in the making. Its four views are for reading and are always up to date;
 * the operations here are the only ones that change them, and always all of them together:
 *
 * <ul>
 *   <li>{@link #current()} — the experts by slot now, and {@link #original()} — at the start;
 *   <li>{@link #burdens()} — what each rank is expected to carry;
 *   <li>{@link #transfers()} — what has been moved so far.
 * </ul>
 *
 * <p>Used by one thread for one layer after the other; allocates nothing once constructed. Callers
 * keep to legal steps: nothing is checked here.
 */
public final class LayerState {
  private final Assignment original;
  private final Assignment current;
  private final HomeNodes homes;
  private final Transfers transfers;
  private final RankBurdens burdens;

  /**
   * Creates the memory for layers of one topology.
   *
   * @param forecast the load of the layer in hand, which {@link #start} reads
   * @param crossingPrice the price of placing an expert off its home node, in transfers
   */
  public LayerState(EpTopology topology, LoadForecast forecast, double crossingPrice) {
    this.original = new Assignment(topology);
    this.current = new Assignment(topology);
    this.homes = new HomeNodes(topology, crossingPrice);
    this.transfers = new Transfers(original, current, homes);
    this.burdens = new RankBurdens(current, forecast);
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

  /** Goes back to a row that this layer's plan has come through. */
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

  /** Returns the row in the making. */
  public Assignment current() {
    return current;
  }

  /** Returns the row in force. */
  public Assignment original() {
    return original;
  }

  /** Returns what the ranks carry. */
  public RankBurdens burdens() {
    return burdens;
  }

  /** Returns what has been moved. */
  public Transfers transfers() {
    return transfers;
  }
}
