package io.eplb.core.engine;

import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.api.InvalidInputException;
import io.eplb.core.argument.Require;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Counts the tokens of slots, apart for each version of the table that steps run with, so that each
 * count can be understood with the right table. Thread-safe: ranks do not wait for each other, and
 * nothing that was recorded is lost or taken twice.
 */
public final class LoadCounters {
  private final int layers;
  private final int slots;
  private final RankCounts[] ranks;

  /** Creates counters for tables of the same shape. */
  public LoadCounters(ExpertTable shape) {
    layers = shape.layers();
    slots = shape.slotsPerRank();
    ranks = new RankCounts[shape.ranks()];
    Arrays.setAll(ranks, rank -> new RankCounts());
  }

  /**
   * Adds tokens that a slot has processed.
   *
   * @param version the version of the table that the step ran with
   * @param tokens 0 or more
   * @throws InvalidInputException if there is no such rank, layer or slot, or a number is negative
   */
  public void record(long version, int rank, int layer, int slot, long tokens) {
    Require.index("rank", rank, ranks.length);
    Require.index("layer", layer, layers);
    Require.index("slot", slot, slots);
    if (version < 0 || tokens < 0) {
      throw new InvalidInputException(
          "version " + version + " and " + tokens + " tokens; both must be at least 0");
    }
    ranks[rank].add(version, layers * slots, layer * slots + slot, tokens);
  }

  /**
   * Returns what was counted since the last call and starts again from 0. A step may go on
   * recording under an older version than the one in force; that comes with a later call.
   *
   * @return one workload of one window per version that was recorded under, by version
   */
  public List<ExpertWorkload> take() {
    Map<Long, double[]> tokens = new TreeMap<>();
    for (int rank = 0; rank < ranks.length; rank++) {
      for (Map.Entry<Long, long[]> counted : ranks[rank].take().entrySet()) {
        double[] all =
            tokens.computeIfAbsent(
                counted.getKey(), version -> new double[layers * ranks.length * slots]);
        for (int layer = 0; layer < layers; layer++) {
          for (int slot = 0; slot < slots; slot++) {
            all[(layer * ranks.length + rank) * slots + slot] =
                counted.getValue()[layer * slots + slot];
          }
        }
      }
    }
    List<ExpertWorkload> workloads = new ArrayList<>();
    tokens.forEach(
        (version, all) ->
            workloads.add(ExpertWorkload.of(version, 1, layers, ranks.length, slots, all)));
    return workloads;
  }

  /** The counts of one rank: version → layer × slot. */
  private static final class RankCounts {
    private Map<Long, long[]> byVersion = new HashMap<>();

    synchronized void add(long version, int size, int index, long tokens) {
      byVersion.computeIfAbsent(version, added -> new long[size])[index] += tokens;
    }

    synchronized Map<Long, long[]> take() {
      Map<Long, long[]> taken = byVersion;
      byVersion = new HashMap<>();
      return taken;
    }
  }
}
