package io.eplb.policies.incremental.layer;

import java.util.Arrays;

/**
 * The experts that a plan has moved so far, counted against the original row, and the prices of
 * further moves.
 *
 * <p>An expert that its rank did not hold originally is a <em>newcomer</em>, and counts as one
 * transfer. So an expert that returns to a rank that held it gives its transfer back, and a
 * newcomer that moves on to a third rank still counts once. A newcomer in two slots of one rank
 * counts twice.
 *
 * <p>Example: rank 0 held {a, b}, rank 1 {c, d}. After a and c are exchanged, two experts have
 * moved; after c and d are exchanged as well, still two: a on rank 1, d on rank 0.
 */
public final class Transfers {
  private final Assignment original;
  private final Assignment current;
  private final HomeNodes homes;

  /** The newcomers: 1 for a slot with a newcomer, 0 for an expert that its rank held. */
  private final int[] newcomer;

  private final int[] received;
  private int moved;

  Transfers(Assignment original, Assignment current, HomeNodes homes) {
    this.original = original;
    this.current = current;
    this.homes = homes;
    this.newcomer = new int[current.slots()];
    this.received = new int[current.ranks()];
  }

  /** Starts at the original row: nothing has moved. */
  void reset() {
    Arrays.fill(newcomer, 0);
    Arrays.fill(received, 0);
    moved = 0;
  }

  /** Counts all slots of another row. */
  void recount() {
    reset();
    for (int slot = 0; slot < newcomer.length; slot++) {
      recount(slot);
    }
  }

  /** Counts one slot, whose expert may have changed. */
  void recount(int slot) {
    int rank = current.rank(slot);
    int isNew = original.holds(rank, current.expert(slot)) ? 0 : 1;
    int change = isNew - newcomer[slot];
    newcomer[slot] = isNew;
    received[rank] += change;
    moved += change;
  }

  /** Returns the number of experts that all ranks have received. */
  public int moved() {
    return moved;
  }

  /** Returns the number of experts that a rank has received. */
  public int received(int rank) {
    return received[rank];
  }

  /** Returns 1 if a slot's expert is a newcomer, else 0. */
  public int newcomer(int slot) {
    return newcomer[slot];
  }

  /**
   * Returns the change of a rank's received experts if {@code in} takes the place of {@code out}.
   */
  public int change(int rank, int out, int in) {
    return (original.holds(rank, in) ? 0 : 1) - (original.holds(rank, out) ? 0 : 1);
  }

  /** Returns whether the budget allows a change of a rank's received experts. */
  public boolean allow(LayerBudget budget, int rank, int change) {
    return budget.allowsLayer(moved, change) && budget.allowsRank(received[rank], change);
  }

  /** Returns whether the budget allows a change of two ranks' received experts. */
  public boolean allow(LayerBudget budget, int rank, int change, int other, int otherChange) {
    return budget.allowsLayer(moved, change + otherChange)
        && budget.allowsRank(received[rank], change)
        && budget.allowsRank(received[other], otherChange);
  }

  /**
   * Returns the price of putting {@code in} into the place of {@code out}, in transfers within a
   * node; negative if it gives more transfers back than it takes.
   */
  public double price(int rank, int out, int in) {
    return (original.holds(rank, in) ? 0.0 : transferPrice(rank, in))
        - (original.holds(rank, out) ? 0.0 : transferPrice(rank, out));
  }

  /** Returns the price of bringing an expert to a rank that did not hold it. */
  public double transferPrice(int rank, int expert) {
    return 1.0 + homes.surcharge(rank, expert);
  }

  /** Returns whether the price of a transfer depends on the rank that receives it. */
  public boolean crossingCosts() {
    return homes.greatestSurcharge() > 0.0;
  }

  /**
   * Returns the least possible {@link #price}: an expert that the rank held takes the place of a
   * newcomer from another node.
   */
  public double leastPrice() {
    return -1.0 - homes.greatestSurcharge();
  }
}
