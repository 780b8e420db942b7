package io.eplb.policies.incremental.step;

import io.eplb.policies.incremental.layer.Assignment;
import io.eplb.policies.incremental.layer.LayerState;
import io.eplb.policies.incremental.layer.RankBurdens;

/**
 * Finds the slot for a relay: the slot's expert takes the place of a removed replica, and the slot
 * takes the new replica. The search examines the ranks from both ends, the hottest and the coldest,
 * and skips those that cannot be the best. It ignores joint deviations. Example: rank 0 gives up a
 * replica of a, and b needs one more replica, but rank 0 is too hot for b. Expert c moves from rank
 * 1 to the free slot, and b takes the slot of c.
 */
final class RelaySearch {
  /** The rounding error allowed in a gain, relative to its powers. */
  private static final double ROUNDING = 1e-12;

  private final Assignment current;
  private final RankBurdens burdens;
  private final int mostSearched;

  // The current relay.
  private int rank;
  private int donor;
  private double freed;
  private double freedPower;
  private double rankScale;
  private double newShare;
  private int bestSlot;
  private double bestGain;

  // The rank being searched.
  private int other;
  private double otherBurden;
  private double otherPower;
  private double otherScale;

  RelaySearch(LayerState state) {
    this.current = state.current();
    this.burdens = state.burdens();
    this.mostSearched = Descent.mostRanksSearched(current);
  }

  /**
   * Finds the slot whose expert best goes to slot p.
   *
   * @param p a slot that loses its replica
   * @param expert the expert that gets a new replica in the slot found, on a rank that has none
   * @param newShare the share of that replica
   * @param worthwhile the least gain of interest
   * @return the slot, or −1; of equal ones the first
   */
  int search(int p, int expert, double newShare, double worthwhile) {
    this.rank = current.rank(p);
    this.donor = current.expert(p);
    this.freed = burdens.burden(rank) - burdens.share(donor);
    this.rankScale = burdens.powerScale(rank);
    this.freedPower = burdens.powerOf(rank, freed);
    this.newShare = newShare;
    this.bestSlot = -1;
    this.bestGain = worthwhile;
    // With equal capacities, the bound falls and then rises with the heat: ranks between the two
    // ends are below both.
    int hottest = 0;
    int coldest = current.ranks() - 1;
    for (int searched = 0; searched < mostSearched && hottest <= coldest; searched++) {
      double hotBound = bound(burdens.rankAt(hottest));
      double coldBound = bound(burdens.rankAt(coldest));
      boolean isPromising = Math.max(hotBound, coldBound) >= bestGain;
      if (!isPromising && burdens.equallyFast()) {
        break;
      }
      other = burdens.rankAt(hotBound >= coldBound ? hottest++ : coldest--);
      if (isPromising && other != rank && !current.holds(other, expert)) {
        searchOther();
      }
    }
    return bestSlot;
  }

  /** Returns the gain of the last slot found, on both ranks. */
  double gain() {
    return bestGain;
  }

  /** Returns an upper bound for the gain of a relay from a rank: both ranks end up equally hot. */
  private double bound(int from) {
    double both = burdens.burden(from) + newShare + freed;
    return (burdens.power(from) + freedPower) * (1.0 + ROUNDING)
        - burdens.powerIfEqual(rank, from, both) * (1.0 - ROUNDING);
  }

  /**
   * Searches the other rank outwards from the ideal share, since the gain falls with the distance
   * from it.
   */
  private void searchOther() {
    otherBurden = burdens.burden(other);
    otherPower = burdens.power(other);
    otherScale = burdens.powerScale(other);
    int from = current.from(other);
    int to = current.to(other);
    double part = burdens.equallyFast() ? 0.5 : burdens.partOfBoth(rank, other);
    double ideal = (otherBurden + newShare) * part - freed * (1.0 - part);
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

  /** Tries one slot; returns false if no slot farther from the ideal share can be better. */
  private boolean tryRelay(int q) {
    double relayed = burdens.slotShare(q);
    double gain =
        otherPower
            - RankBurdens.twelfth((otherBurden - relayed + newShare) * otherScale)
            + freedPower
            - RankBurdens.twelfth((freed + relayed) * rankScale);
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
