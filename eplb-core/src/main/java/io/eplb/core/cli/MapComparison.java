package io.eplb.core.cli;

import io.eplb.api.ExpertTable;
import io.eplb.api.InvalidInputException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/** Holds several maps against the one that most of them agree with. */
final class MapComparison {
  private static final int MOST_LAYERS_NAMED = 10;

  private final List<String> names;
  private final List<ExpertTable> tables;

  MapComparison(List<String> names, List<ExpertTable> tables) {
    this.names = names;
    this.tables = tables;
  }

  /**
   * Prints how each map differs from the majority's.
   *
   * @throws InvalidInputException if any does
   */
  void requireSame(PrintWriter out) {
    int reference = mostCommon();
    int different = 0;
    for (int map = 0; map < tables.size(); map++) {
      if (!agree(map, reference)) {
        different++;
        out.println(
            names.get(map) + " differs from " + names.get(reference) + difference(map, reference));
      }
    }
    if (different > 0) {
      throw new InvalidInputException(
          different
              + " of "
              + tables.size()
              + " maps differ"
              + (count(reference) * 2 > tables.size()
                  ? " from the majority's, " + names.get(reference)
                  : ", and no map has a majority; compared with " + names.get(reference))
              + "; every rank must serve the same map");
    }
  }

  /** The first of the maps that agree with the most others. */
  private int mostCommon() {
    int best = 0;
    for (int map = 1; map < tables.size(); map++) {
      if (count(map) > count(best)) {
        best = map;
      }
    }
    return best;
  }

  private long count(int map) {
    long agreeing = 0;
    for (int other = 0; other < tables.size(); other++) {
      agreeing += agree(map, other) ? 1 : 0;
    }
    return agreeing;
  }

  private boolean agree(int left, int right) {
    return tables.get(left).experts() == tables.get(right).experts()
        && tables.get(left).placement().equals(tables.get(right).placement());
  }

  private String difference(int map, int reference) {
    ExpertTable table = tables.get(map);
    ExpertTable other = tables.get(reference);
    if (!shape(table).equals(shape(other))) {
      return ": it has " + shape(table) + ", not " + shape(other);
    }
    List<String> layers = new ArrayList<>();
    int first = -1;
    for (int layer = 0; layer < table.layers(); layer++) {
      if (!table.sameLayer(layer, other.placement())) {
        first = first < 0 ? layer : first;
        layers.add(String.valueOf(layer));
      }
    }
    if (first < 0) {
      return ": only the order of the replicas differs";
    }
    return " in layer"
        + (layers.size() == 1 ? " " : "s ")
        + String.join(", ", layers.subList(0, Math.min(MOST_LAYERS_NAMED, layers.size())))
        + (layers.size() > MOST_LAYERS_NAMED
            ? " and " + (layers.size() - MOST_LAYERS_NAMED) + " more"
            : "")
        + firstSlot(table, other, first);
  }

  private static String firstSlot(ExpertTable table, ExpertTable other, int layer) {
    for (int rank = 0; rank < table.ranks(); rank++) {
      for (int slot = 0; slot < table.slotsPerRank(); slot++) {
        int expert = table.expertAt(layer, rank, slot);
        if (expert != other.expertAt(layer, rank, slot)) {
          return "; first at layer "
              + layer
              + ", rank "
              + rank
              + ", slot "
              + slot
              + ": expert "
              + expert
              + ", not "
              + other.expertAt(layer, rank, slot);
        }
      }
    }
    return "";
  }

  private static String shape(ExpertTable table) {
    return table.layers()
        + " layers × "
        + table.experts()
        + " experts on "
        + table.ranks()
        + " ranks × "
        + table.slotsPerRank()
        + " slots";
  }
}
