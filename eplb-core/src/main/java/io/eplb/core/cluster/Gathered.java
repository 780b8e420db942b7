package io.eplb.core.cluster;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The outcome of a gathering, the same for all members. Immutable. */
public final class Gathered {
  private final List<Contribution> contributions;

  /** Creates the outcome of a gathering with these contributions. */
  public Gathered(List<Contribution> contributions) {
    List<Contribution> sorted = new ArrayList<>(contributions);
    sorted.sort(
        Comparator.comparingInt((Contribution said) -> said.member().rank())
            .thenComparingLong(said -> said.member().id()));
    this.contributions = List.copyOf(sorted);
  }

  /** Returns the contributions by rank; of one rank, by member. */
  public List<Contribution> contributions() {
    return contributions;
  }

  /** Returns the greatest world size that a contribution says, 0 without any. */
  public int greatestWorldSize() {
    return contributions.stream().mapToInt(said -> said.member().worldSize()).max().orElse(0);
  }

  /** Returns the ranks below {@link #greatestWorldSize()} that contributed nothing, ascending. */
  public List<Integer> missingRanks() {
    return missingRanks(greatestWorldSize());
  }

  /** Returns the ranks below a world size that contributed nothing, ascending. */
  List<Integer> missingRanks(int worldSize) {
    BitSet present = new BitSet();
    contributions.forEach(said -> present.set(said.member().rank()));
    List<Integer> missing = new ArrayList<>();
    for (int rank = present.nextClearBit(0);
        rank < worldSize;
        rank = present.nextClearBit(rank + 1)) {
      missing.add(rank);
    }
    return missing;
  }

  /** Returns whether a member's contribution was in time. */
  public boolean includes(Member member) {
    return of(member).isPresent();
  }

  /** Returns what a member contributed, if it was in time. */
  Optional<byte[]> of(Member member) {
    return contributions.stream()
        .filter(said -> said.member().id() == member.id())
        .findFirst()
        .map(Contribution::payload);
  }

  @Override
  public String toString() {
    return "Gathered[" + contributions.size() + " contributions]";
  }
}
