package io.eplb.core.format.load;

import io.eplb.api.wording.OneLine;
import io.eplb.api.wording.TypedNumber;
import io.eplb.core.format.ArrayForm;
import io.eplb.core.format.InputSource;
import io.eplb.core.format.NumberArray;
import io.eplb.core.format.numpy.NumpyKinds;
import io.eplb.core.format.numpy.NumpyReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Reads the dumps of vLLM-Ascend: a folder of {@code moe_load_{i}.npy}, each layers × ranks ×
 * slots, one per cycle. The cycles are the windows, in the order of their numbers.
 */
final class AscendSeries {
  private static final String PREFIX = "moe_load_";
  private static final String SUFFIX = ".npy";
  private static final ArrayForm CYCLE = new ArrayForm(3, 3, "layers × ranks × slots");
  private static final int MOST = 999_999_999;

  private AscendSeries() {}

  static NumberArray read(InputSource folder) {
    Map<Long, InputSource> files = files(folder);
    if (files.isEmpty()) {
      throw folder.fault("has no moe_load_0.npy, moe_load_1.npy, …; expected one per cycle");
    }
    List<NumberArray> cycles = new ArrayList<>();
    for (InputSource file : files.values()) {
      NumberArray cycle = NumpyReader.read(file, CYCLE, NumpyKinds.LOADS);
      if (!cycles.isEmpty() && !cycle.shape().equals(cycles.get(0).shape())) {
        throw file.fault(
            "has the shape %s, the cycles before it %s; all must have the same"
                .formatted(cycle.shape(), cycles.get(0).shape()));
      }
      cycles.add(cycle);
    }
    return joined(folder, cycles);
  }

  private static NumberArray joined(InputSource folder, List<NumberArray> cycles) {
    NumberArray first = cycles.get(0);
    int length = first.values().length;
    if ((long) cycles.size() * length > ArrayForm.LARGEST) {
      throw folder.fault("has more loads than fit into one recording");
    }
    double[] values = new double[cycles.size() * length];
    for (int at = 0; at < cycles.size(); at++) {
      System.arraycopy(cycles.get(at).values(), 0, values, at * length, length);
    }
    int[] shape = {cycles.size(), first.length(0), first.length(1), first.length(2)};
    return new NumberArray(shape, values);
  }

  private static Map<Long, InputSource> files(InputSource folder) {
    Map<Long, InputSource> files = new TreeMap<>();
    folder
        .files(PREFIX + "*" + SUFFIX)
        .forEach((name, file) -> files.put(cycle(folder, name), file));
    return files;
  }

  private static long cycle(InputSource folder, String name) {
    String digits = name.substring(PREFIX.length(), name.length() - SUFFIX.length());
    return TypedNumber.index(digits, MOST)
        .orElseThrow(
            () ->
                folder.fault(
                    "has the file %s; expected moe_load_ and a number"
                        .formatted(OneLine.of(name))));
  }
}
