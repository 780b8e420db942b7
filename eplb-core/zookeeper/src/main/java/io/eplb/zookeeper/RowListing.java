package io.eplb.zookeeper;

import io.eplb.api.InvalidInputException;
import io.eplb.api.wording.OneLine;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The versions and layers of which rows are there, added in the order of versions. */
final class RowListing {
  /** No version has a row of that layer. */
  private static final long NONE = -1;

  private final Map<Long, Long> newest = new HashMap<>();
  private final TreeMap<Long, List<Long>> layersOf = new TreeMap<>();

  /**
   * Adds the rows of a version, greater than those before.
   *
   * @throws InvalidInputException if a name is no layer
   */
  void add(String path, long version, List<String> names) {
    List<Long> layers = new ArrayList<>();
    for (String name : names) {
      long layer = number(path + "/" + version, name);
      layers.add(layer);
      newest.put(layer, version);
    }
    layersOf.put(version, layers);
  }

  /** Returns the version whose row of a layer is in force; −1 if there is none. */
  long versionOf(long layer) {
    return newest.getOrDefault(layer, NONE);
  }

  /** The rows of a version that a later version has replaced. */
  record Replaced(List<Long> layers, boolean isWhole) {}

  /** Returns for each version the layers that are not in force. */
  Map<Long, Replaced> replaced() {
    Map<Long, Replaced> replaced = new TreeMap<>();
    layersOf.forEach(
        (version, layers) -> {
          List<Long> old = layers.stream().filter(layer -> versionOf(layer) != version).toList();
          if (!old.isEmpty() || layers.isEmpty()) {
            replaced.put(version, new Replaced(old, old.size() == layers.size()));
          }
        });
    return replaced;
  }

  /**
   * Returns the number that names a znode.
   *
   * @throws InvalidInputException if it is none
   */
  static long number(String path, String name) {
    if (!name.matches("0|[1-9][0-9]{0,17}")) {
      throw new InvalidInputException(
          "%s/%s is not of EPLB; take another chroot, or remove it"
              .formatted(path, OneLine.brief(name)));
    }
    return Long.parseLong(name);
  }
}
