package io.eplb.policies.kernel;

import io.eplb.api.EpRanks;
import io.eplb.api.Placement;
import java.util.Arrays;

/**
 * The ranks of a layer in primitive arrays: the slots that each can use, its speed, and the time
 * that a load takes there. Immutable by agreement: nobody writes to the arrays.
 *
 * <p>The slots of rank {@code r} are {@code r × slots} to {@code r × slots + usable[r] − 1}; the
 * slots after them hold {@link Placement#EMPTY}. A load on a rank takes load × slowness. Example: a
 * rank at half speed has a slowness of 2, so a load of 3 counts as 6 there. On nominal ranks every
 * slowness is 1, and multiplying by it changes no bit.
 */
public final class RankCapacity {
  /** The number of ranks, dead ones included. */
  public final int ranks;

  /** The slots of one rank, whether it can use them or not. */
  public final int slots;

  /** The number of ranks with a usable slot. */
  public final int living;

  /** The usable slots of all ranks. */
  public final int usableSlots;

  /** The usable slots of each rank; 0 for a dead one. */
  public final int[] usable;

  /** The speed of each rank, relative to a nominal one. */
  public final double[] speeds;

  /** 1 ÷ speed of each rank. */
  public final double[] slowness;

  /** The sum of the speeds of the ranks that live. */
  public final double totalSpeed;

  /** True if all ranks that live are equally fast. */
  public final boolean equalSpeeds;

  private RankCapacity(
      int ranks, int slots, int[] usable, double[] speeds, double totalSpeed, boolean equalSpeeds) {
    this.ranks = ranks;
    this.slots = slots;
    this.usable = usable;
    this.speeds = speeds;
    this.totalSpeed = totalSpeed;
    this.equalSpeeds = equalSpeeds;
    slowness = new double[ranks];
    int total = 0;
    int alive = 0;
    for (int rank = 0; rank < ranks; rank++) {
      slowness[rank] = 1.0 / speeds[rank];
      total += usable[rank];
      alive += usable[rank] > 0 ? 1 : 0;
    }
    usableSlots = total;
    living = alive;
  }

  /** Returns the capacity of ranks. */
  public static RankCapacity of(EpRanks ranks) {
    int[] usable = new int[ranks.ranks()];
    double[] speeds = new double[ranks.ranks()];
    ranks.copyUsableSlots(usable, 0);
    ranks.copySpeeds(speeds, 0);
    return new RankCapacity(
        ranks.ranks(),
        ranks.slotsPerRank(),
        usable,
        speeds,
        ranks.totalSpeed(),
        ranks.equalSpeeds());
  }

  /** Returns the capacity of nominal ranks. */
  public static RankCapacity nominal(int ranks, int slots) {
    int[] usable = new int[ranks];
    double[] speeds = new double[ranks];
    Arrays.fill(usable, slots);
    Arrays.fill(speeds, 1.0);
    return new RankCapacity(ranks, slots, usable, speeds, ranks, true);
  }

  /** Returns the capacity of some of these ranks, which live, numbered in the given order. */
  public RankCapacity of(int[] members) {
    int[] theirUsable = new int[members.length];
    double[] theirSpeeds = new double[members.length];
    double total = 0.0;
    boolean equal = true;
    for (int rank = 0; rank < members.length; rank++) {
      theirUsable[rank] = usable[members[rank]];
      theirSpeeds[rank] = speeds[members[rank]];
      total += theirSpeeds[rank];
      equal &= theirSpeeds[rank] == theirSpeeds[0];
    }
    return new RankCapacity(members.length, slots, theirUsable, theirSpeeds, total, equal);
  }

  /**
   * Returns this capacity with at most {@code most} usable slots per rank, 1 or more.
   *
   * <p>With the number of experts it is the capacity for different experts: a rank that could use
   * more slots can only hold some expert twice.
   */
  public RankCapacity atMost(int most) {
    int[] fewer = usable.clone();
    for (int rank = 0; rank < ranks; rank++) {
      fewer[rank] = Math.min(fewer[rank], most);
    }
    return new RankCapacity(ranks, slots, fewer, speeds, totalSpeed, equalSpeeds);
  }

  /** Returns a row of all ranks in which every slot is EMPTY. */
  public int[] emptyRow() {
    int[] row = new int[ranks * slots];
    Arrays.fill(row, Placement.EMPTY);
    return row;
  }

  /** Returns the end of the slots that a rank can use. */
  public int end(int rank) {
    return rank * slots + usable[rank];
  }

  /** Returns whether all ranks that live can use equally many slots. */
  public boolean equalSlots() {
    for (int rank = 0; rank < ranks; rank++) {
      if (usable[rank] > 0 && (long) usable[rank] * living != usableSlots) {
        return false;
      }
    }
    return true;
  }

  /** Returns whether every rank that lives can use {@code least} slots or more. */
  public boolean usableAtLeast(int least) {
    for (int rank = 0; rank < ranks; rank++) {
      if (usable[rank] > 0 && usable[rank] < least) {
        return false;
      }
    }
    return true;
  }
}
