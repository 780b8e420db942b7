package io.eplb.cli.reports;

import io.eplb.api.ExpertTable;
import io.eplb.api.InvalidInputException;
import io.eplb.core.consistency.ConsistencyReport;
import io.eplb.core.consistency.TableDigest;
import io.eplb.core.consistency.TableHolders;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Says of several maps whether they are the same, and if not, which differ where. */
public final class MapComparison {
  private static final int MOST_LAYERS_NAMED = 10;

  private final Map<String, ExpertTable> tables;

  /**
   * Compares maps.
   *
   * @param tables by the name of the file, in the order in which they were given
   */
  public MapComparison(Map<String, ExpertTable> tables) {
    this.tables = tables;
  }

  /**
   * Prints how each map differs from the majority, or from the first one where there is none.
   *
   * @throws InvalidInputException if they are not the same
   */
  public void requireSame(PrintWriter out) {
    Map<String, TableDigest> digests = new LinkedHashMap<>();
    tables.forEach((name, table) -> digests.put(name, TableDigest.of(table)));
    ConsistencyReport report = ConsistencyReport.of(digests);
    if (report.consistent()) {
      return;
    }
    List<TableHolders> byTable = report.byTable();
    TableHolders reference = byTable.get(0);
    out.println(names(reference) + (reference.names().size() > 1 ? " agree" : " stands alone"));
    byTable.stream()
        .skip(1)
        .forEach(other -> out.println(names(other) + difference(other, reference)));
    Optional<TableHolders> majority = report.majority();
    throw new InvalidInputException(
        "the maps are not the same: "
            + majority
                .map(
                    most ->
                        tables.size()
                            - most.names().size()
                            + " of "
                            + tables.size()
                            + " differ from the majority")
                .orElse("they form " + byTable.size() + " camps without a majority")
            + "; every rank must serve the same map");
  }

  private String difference(TableHolders holders, TableHolders reference) {
    String differs = holders.names().size() > 1 ? " differ" : " differs";
    if (!holders.shapedLike(reference)) {
      return differs + ": " + holders.digest().shape() + ", not " + reference.digest().shape();
    }
    List<Integer> layers = holders.layersUnlike(reference);
    return differs
        + " in layer"
        + (layers.size() == 1 ? " " : "s ")
        + layers.stream()
            .limit(MOST_LAYERS_NAMED)
            .map(String::valueOf)
            .collect(Collectors.joining(", "))
        + (layers.size() > MOST_LAYERS_NAMED
            ? " and " + (layers.size() - MOST_LAYERS_NAMED) + " more"
            : "")
        + firstSlot(table(holders), table(reference), layers.get(0));
  }

  private static String firstSlot(ExpertTable table, ExpertTable reference, int layer) {
    int slots = table.slotsPerRank();
    for (int physical = 0; physical < table.physicalExperts(); physical++) {
      int expert = table.expertAt(layer, physical / slots, physical % slots);
      int expected = reference.expertAt(layer, physical / slots, physical % slots);
      if (expert != expected) {
        return "; first at layer %d, rank %d, slot %d: expert %d, not %d"
            .formatted(layer, physical / slots, physical % slots, expert, expected);
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
