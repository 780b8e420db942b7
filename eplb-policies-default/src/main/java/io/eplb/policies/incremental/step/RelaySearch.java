package io.eplb.policies.incremental.step;

import io.eplb.policies.incremental.layer.Assignment;
import io.eplb.policies.incremental.layer.LayerState;
import io.eplb.policies.incremental.layer.RankBurdens;

/**
 * Finds the slot for a relay: its expert takes the place of a replica that goes, and it takes the
 * new replica. Goes through the ranks from both ends, the hottest and the coldest, and leaves out
 * those that cannot be the best. Joint deviations are left out.
 */
final class RelaySearch {
  /** More than what rounding may add to a gain, relative to the powers that it is made of. */
  private static final double ROUNDING = 1e-12;

  private final Assignment current;
  private final RankBurdens burdens;
  private final int slots;
  private final int mostSearched;

  // The relay in hand.
  private int rank;
  private int donor;
  private double freed;
  private double freedPower;
  private double newShare;
  private int bestSlot;
  private double bestGain;

  RelaySearch(LayerState state) {
    this.current = state.current();
    this.burdens = state.burdens();
    this.slots = current.slotsPerRank();
    this.mostSearched = Descent.mostRanksSearched(slots);
  }

  /**
   * Finds the slot whose expert best goes to slot p.
   *
   * @param p a slot that loses its replica
   * @param expert the expert that gets a new replica in the slot found, on a rank that has none
   * @param newShare what that replica will add to its rank
   * @param worthwhile a gain below which nothing has to be found
   * @return the slot, or −1; of equal ones the first
   */
  int search(int p, int expert, double newShare, double worthwhile) {
    this.rank = current.rank(p);
    this.donor = current.expert(p);
    this.freed = burdens.burden(rank) - burdens.share(donor);
    this.freedPower = RankBurdens.powerOf(freed);
    this.newShare = newShare;
    this.bestSlot = -1;
    this.bestGain = worthwhile;
    // The bound falls and then rises with the burden: ranks between the two ends are below both.
    int hottest = 0;
    int coldest = current.ranks() - 1;
    for (int searched = 0; searched < mostSearched && hottest <= coldest; searched++) {
      double hotBound = bound(burdens.rankAt(hottest));
      double coldBound = bound(burdens.rankAt(coldest));
      if (Math.max(hotBound, coldBound) < bestGain) {
        break;
      }
      int other = burdens.rankAt(hotBound >= coldBound ? hottest++ : coldest--);
      if (other != rank && !current.holds(other, expert)) {
        searchRank(other);
      }
    }
    return bestSlot;
  }

  /** Returns the gain of the slot that was found last, both ranks counted. */
  double gain() {
    return bestGain;
  }

  /** Returns the most that a relay from a rank could gain: both ranks end up alike. */
  private double bound(int other) {
    double alike = (burdens.burden(other) + newShare + freed) / 2;
    return (burdens.power(other) + freedPower) * (1.0 + ROUNDING)
        - 2 * RankBurdens.powerOf(alike) * (1.0 - ROUNDING);
  }

  /** Searches a rank from the ideal share on: the gain falls with the distance from it. */
  private void searchRank(int other) {
    int from = other * slots;
    int to = from + slots;
    double ideal = (burdens.burden(other) + newShare - freed) / 2;
    int nearest = from;
    int end = to;
    while (nearest < end) {
      int middle = (nearest + end) >>> 1;
      if (burdens.slotShare(burdens.slotByShare(middle)) > ideal) {
        nearest = middle + 1;
      } else {
        end = middle;
      }
    }
    int place = nearest;
    while (place < to && tryRelay(burdens.slotByShare(place))) {
      place++;
    }
    place = nearest - 1;
    while (place >= from && tryRelay(burdens.slotByShare(place))) {
      place--;
    }
  }

  /** Tries one slot; returns false if none farther from the ideal share can be better. */
  private boolean tryRelay(int q) {
    int other = current.rank(q);
    double relayed = burdens.slotShare(q);
    double otherPower = burdens.power(other);
    double gain =
        otherPower
            - RankBurdens.powerOf(burdens.burden(other) - relayed + newShare)
            + freedPower
            - RankBurdens.powerOf(freed + relayed);
    if (gain < bestGain) {
      return gain >= bestGain - (otherPower + freedPower) * ROUNDING;
    }
    boolean better = gain > bestGain || bestSlot < 0 || q < bestSlot;
    if (better && current.expert(q) != donor && !current.holds(rank, current.expert(q))) {
      bestGain = gain;
      bestSlot = q;
    }
    return true;
  }
}
