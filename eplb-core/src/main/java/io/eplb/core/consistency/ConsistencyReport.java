package io.eplb.core.consistency;

import com.google.common.collect.LinkedListMultimap;
import com.google.common.collect.ListMultimap;
import io.eplb.api.InvalidInputException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The tables that some holders serve, each with its holders. Immutable. */
public final class ConsistencyReport {
  private final List<TableHolders> byTable;
  private final int holders;

  private ConsistencyReport(List<TableHolders> byTable, int holders) {
    this.byTable = byTable;
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
    List<TableHolders> byTable = new ArrayList<>();
    for (TableDigest digest : holdersByDigest.keySet()) {
      byTable.add(new TableHolders(holdersByDigest.get(digest), digest));
    }
    // The sort is stable: groups of one size stay in the given order.
    byTable.sort(Comparator.comparingInt((TableHolders same) -> -same.names().size()));
    return new ConsistencyReport(List.copyOf(byTable), digests.size());
  }

  /** Returns whether all holders serve the same table. */
  public boolean consistent() {
    return byTable.size() == 1;
  }

  /** Returns the holders of each table, the largest group first, then in the given order. */
  public List<TableHolders> byTable() {
    return byTable;
  }

  /** Returns the group of holders that is more than half of all; empty if there is none. */
  public Optional<TableHolders> majority() {
    TableHolders most = byTable.get(0);
    return 2 * most.names().size() > holders ? Optional.of(most) : Optional.empty();
  }
}
