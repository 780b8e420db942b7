package io.eplb.server;

import io.eplb.api.ExpertTable;
import io.eplb.core.format.NumberArray;
import io.eplb.core.format.load.NumpyBytes;
import io.eplb.core.format.numpy.ArchiveBytes;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.LongStream;

/**
 * The windows that an engine measures: some experts are hot, others in every layer, and all vary
 * from window to window.
 *
 * @param layers the layers
 * @param experts the logical experts of a layer
 * @param ranks the ranks
 * @param slots the slots of a layer on all ranks together
 */
record MeasuredModel(int layers, int experts, int ranks, int slots) {
  /** The tokens of a window, by layer and expert. */
  long[] window(int number) {
    Random random = new Random(number);
    return LongStream.range(0, (long) layers * experts)
        .map(
            cell -> {
              long rank = (cell % experts * 37 + cell / experts * 11) % experts;
              return (long) (40_000.0 / (rank + 4) * (0.8 + 0.4 * random.nextDouble()));
            })
        .toArray();
  }

  NumberArray load(int number) {
    return new NumberArray(
        new int[] {layers, experts}, LongStream.of(window(number)).asDoubleStream().toArray());
  }

  /** The rows of a table, [layers, slots]. */
  NumberArray current(ExpertTable table) {
    return new NumberArray(
        new int[] {layers, slots}, LongStream.of(rows(table)).asDoubleStream().toArray());
  }

  private long[] rows(ExpertTable table) {
    int[] rows = new int[layers * slots];
    for (int layer = 0; layer < layers; layer++) {
      table.copyLayer(layer, rows, layer * slots);
    }
    return Arrays.stream(rows).asLongStream().toArray();
  }

  /** The body of a question, as numpy.savez writes it. */
  byte[] body(int number, ExpertTable current) {
    return new ArchiveBytes()
        .add("load.npy", int64(window(number), layers, experts))
        .add("current.npy", int64(rows(current), layers, slots))
        .build();
  }

  private static byte[] int64(long[] values, int rows, int columns) {
    return NumpyBytes.array("<i8", "(%s, %s)".formatted(rows, columns), NumpyBytes.longs(values));
  }
}
