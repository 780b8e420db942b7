package io.eplb.cli.reports;

import io.eplb.api.ExpertTable;
import io.eplb.api.InvalidInputException;
import io.eplb.core.consistency.Camp;
import io.eplb.core.consistency.ConsistencyReport;
import io.eplb.core.consistency.TableDigest;
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
   * Prints how each camp differs from the majority, or from the first camp where there is none.
   *
   * @throws InvalidInputException if there are several camps
   */
  public void requireSame(PrintWriter out) {
    Map<String, TableDigest> digests = new LinkedHashMap<>();
    tables.forEach((name, table) -> digests.put(name, TableDigest.of(table)));
    ConsistencyReport report = ConsistencyReport.of(digests);
    if (report.consistent()) {
      return;
    }
    List<Camp> camps = report.camps();
    Camp reference = camps.get(0);
    out.println(names(reference) + (reference.members().size() > 1 ? " agree" : " stands alone"));
    camps.stream().skip(1).forEach(camp -> out.println(names(camp) + difference(camp, reference)));
    Optional<Camp> majority = report.majority();
    throw new InvalidInputException(
        "the maps are not the same: "
            + majority
                .map(
                    camp ->
                        tables.size()
                            - camp.members().size()
                            + " of "
                            + tables.size()
                            + " differ from the majority")
                .orElse("they form " + camps.size() + " camps without a majority")
            + "; every rank must serve the same map");
  }

  private String difference(Camp camp, Camp reference) {
    String differs = camp.members().size() > 1 ? " differ" : " differs";
    if (!camp.shapedLike(reference)) {
      return differs + ": " + camp.digest().shape() + ", not " + reference.digest().shape();
    }
    List<Integer> layers = camp.layersUnlike(reference);
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
        + firstSlot(table(camp), table(reference), layers.get(0));
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

  private ExpertTable table(Camp camp) {
    String name = camp.members().get(0);
    ExpertTable table = tables.get(name);
    if (table == null) {
      throw new InvalidInputException("there is no map " + name);
    }
    return table;
  }

  private static String names(Camp camp) {
    return String.join(", ", camp.members());
  }
}
