package io.eplb.core.consistency;

import io.eplb.api.ExpertTable;
import io.eplb.api.InvalidInputException;
import io.eplb.api.Placement;
import io.eplb.api.wording.Counted;
import io.eplb.api.wording.Listed;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The differences among several maps, in words. Immutable. */
public final class MapComparison {
  private final Map<String, ExpertTable> tables;
  private final ConsistencyReport report;

  /**
   * Compares maps.
   *
   * @param tables by the name of the map, in their order; at least one
   * @throws InvalidInputException if there is none
   */
  public MapComparison(Map<String, ExpertTable> tables) {
    this.tables = new LinkedHashMap<>(tables);
    Map<String, TableDigest> digests = new LinkedHashMap<>();
    tables.forEach((name, table) -> digests.put(name, TableDigest.of(table)));
    this.report = ConsistencyReport.of(digests);
  }

  /** Returns whether all maps are equal. */
  public boolean same() {
    return report.consistent();
  }

  /**
   * Returns one line per group of equal maps. The largest group comes first; each other line says
   * in which layers its maps differ from the first group, which ranks are dead in one of both, and
   * the first slot that differs.
   */
  public List<String> lines() {
    List<TableHolders> byTable = report.byTable();
    TableHolders reference = byTable.get(0);
    List<String> lines = new ArrayList<>();
    lines.add(names(reference) + (reference.names().size() > 1 ? " agree" : " stands alone"));
    for (TableHolders other : byTable.subList(1, byTable.size())) {
      lines.add(names(other) + difference(other, reference));
    }
    return lines;
  }

  /**
   * Returns the number of maps that differ from the majority, or the number of groups if there is
   * no majority.
   */
  public String summary() {
    return report
        .majority()
        .map(
            most ->
                "%d of %d differ from the majority"
                    .formatted(tables.size() - most.names().size(), tables.size()))
        .orElse("they form " + report.byTable().size() + " camps without a majority");
  }

  private String difference(TableHolders holders, TableHolders reference) {
    String differs = holders.names().size() > 1 ? " differ" : " differs";
    if (!holders.digest().shapedLike(reference.digest())) {
      return differs + ": " + holders.digest().shape() + ", not " + reference.digest().shape();
    }
    List<Integer> layers = holders.digest().layersUnlike(reference.digest());
    return differs
        + " in "
        + Listed.of("layer", layers)
        + usableSlots(table(holders), table(reference))
        + firstSlot(table(holders), table(reference), layers.get(0));
  }

  /** Names the ranks that can use more or fewer slots than in the reference. */
  private static String usableSlots(ExpertTable table, ExpertTable reference) {
    List<Integer> dead = new ArrayList<>();
    List<Integer> living = new ArrayList<>();
    StringBuilder others = new StringBuilder();
    for (int rank = 0; rank < table.ranks(); rank++) {
      int usable = usableSlots(table, rank);
      int expected = usableSlots(reference, rank);
      if (usable == 0 && expected > 0) {
        dead.add(rank);
      } else if (usable > 0 && expected == 0) {
        living.add(rank);
      } else if (usable != expected && others.isEmpty()) {
        others.append(
            "; rank %d can use %s, not %d".formatted(rank, Counted.of(usable, "slot"), expected));
      }
    }
    return (dead.isEmpty() ? "" : "; only here dead: " + Listed.of("rank", dead))
        + (living.isEmpty() ? "" : "; only there dead: " + Listed.of("rank", living))
        + others;
  }

  private static int usableSlots(ExpertTable table, int rank) {
    int usable = 0;
    for (int slot = 0; slot < table.slotsPerRank(); slot++) {
      usable += table.expertAt(0, rank, slot) == Placement.EMPTY ? 0 : 1;
    }
    return usable;
  }

  private static String firstSlot(ExpertTable table, ExpertTable reference, int layer) {
    int slots = table.slotsPerRank();
    for (int physical = 0; physical < table.physicalExperts(); physical++) {
      int expert = table.expertAt(layer, physical / slots, physical % slots);
      int expected = reference.expertAt(layer, physical / slots, physical % slots);
      if (expert != expected) {
        return "; first at layer %d, rank %d, slot %d: %s, not %s"
            .formatted(
                layer,
                physical / slots,
                physical % slots,
                expert == Placement.EMPTY ? "no expert" : "expert " + expert,
                expected == Placement.EMPTY ? "none" : expected);
      }
    }
    return "";
  }

  private ExpertTable table(TableHolders holders) {
    String name = holders.names().get(0);
    ExpertTable table = tables.get(name);
    if (table == null) {
      throw new InvalidInputException("there is no map " + name);
    }
    return table;
  }

  private static String names(TableHolders holders) {
    return String.join(", ", holders.names());
  }
}
