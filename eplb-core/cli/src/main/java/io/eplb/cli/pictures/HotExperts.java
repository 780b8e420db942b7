package io.eplb.cli.pictures;

import io.eplb.api.ExpertTable;
import io.eplb.cli.reports.TextReport;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The layers with the greatest PAR, and the experts with the most load in them. */
final class HotExperts {
  private static final int LAYERS = 10;
  private static final int EXPERTS = 3;

  private HotExperts() {}

  /** Returns the layers with the greatest figures, the greatest first. */
  static List<Integer> layers(int layers, IntToDoubleFunction figure) {
    return IntStream.range(0, layers)
        .boxed()
        .sorted(
            Comparator.<Integer>comparingDouble(layer -> -figure.applyAsDouble(layer))
                .thenComparing(layer -> layer))
        .limit(LAYERS)
        .toList();
  }

  /**
   * Returns the experts of a layer with the most load in words, each with its share of the layer's
   * load, and its replicas at first and under some tables: {@code 17 (6.1 %, 1 → 3)}, or {@code 17
   * (6.1 %, 1 → A 3, B 2)}.
   *
   * @param loads layers × experts tokens
   * @param keys one per table; an empty text if it needs none
   */
  static String text(
      int layer, double[] loads, ExpertTable before, List<ExpertTable> tables, List<String> keys) {
    int experts = before.experts();
    int from = layer * experts;
    double total = 0.0;
    for (int expert = 0; expert < experts; expert++) {
      total += loads[from + expert];
    }
    double all = total;
    return IntStream.range(0, experts)
        .boxed()
        .sorted(
            Comparator.<Integer>comparingDouble(expert -> -loads[from + expert])
                .thenComparing(expert -> expert))
        .limit(EXPERTS)
        .filter(expert -> loads[from + expert] > 0.0)
        .map(
            expert ->
                TextReport.text(
                    "%d (%.1f %%, %d%s%s)",
                    expert,
                    100 * loads[from + expert] / all,
                    replicas(before, layer, expert),
                    keys.isEmpty() ? "" : " → ",
                    IntStream.range(0, keys.size())
                        .mapToObj(
                            at ->
                                (keys.get(at) + " " + replicas(tables.get(at), layer, expert))
                                    .strip())
                        .collect(Collectors.joining(", "))))
        .collect(Collectors.joining(", "));
  }

  private static int replicas(ExpertTable table, int layer, int expert) {
    int[] row = new int[table.physicalExperts()];
    table.copyLayer(layer, row, 0);
    return (int) Arrays.stream(row).filter(held -> held == expert).count();
  }
}
