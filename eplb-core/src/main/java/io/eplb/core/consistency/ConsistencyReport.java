package io.eplb.core.consistency;

import com.google.common.collect.LinkedListMultimap;
import com.google.common.collect.ListMultimap;
import io.eplb.api.InvalidInputException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Who serves the same table as whom. Immutable. */
public final class ConsistencyReport {
  private final List<Camp> camps;
  private final int holders;

  private ConsistencyReport(List<Camp> camps, int holders) {
    this.camps = camps;
    this.holders = holders;
  }

  /**
   * Compares the tables of some holders.
   *
   * @param digests by holder, at least one
   * @throws InvalidInputException if there is none
   */
  public static ConsistencyReport of(Map<String, TableDigest> digests) {
    if (digests.isEmpty()) {
      throw new InvalidInputException("there is nothing to compare; give at least one table");
    }
    ListMultimap<TableDigest, String> holdersByDigest = LinkedListMultimap.create();
    digests.forEach((holder, digest) -> holdersByDigest.put(digest, holder));
    List<Camp> camps = new ArrayList<>();
    for (TableDigest digest : holdersByDigest.keySet()) {
      camps.add(new Camp(holdersByDigest.get(digest), digest));
    }
    // The sort is stable: camps of one size stay in the order in which they were given.
    camps.sort(Comparator.comparingInt((Camp camp) -> -camp.members().size()));
    return new ConsistencyReport(List.copyOf(camps), digests.size());
  }

  /** Returns whether all serve the same table. */
  public boolean consistent() {
    return camps.size() == 1;
  }

  /** Returns the camps, the largest first; of one size, in the order in which they were given. */
  public List<Camp> camps() {
    return camps;
  }

  /** Returns the camp that more than half of the holders belong to; empty if there is none. */
  public Optional<Camp> majority() {
    Camp largest = camps.get(0);
    return 2 * largest.members().size() > holders ? Optional.of(largest) : Optional.empty();
  }
}
