package io.eplb.core.load;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.core.context.AllocatedBytes;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class LoadSeriesMemoryTest {
  @Test
  void theWindowsOfAnEstimateTakeMemoryForTheirTokensAndNotForEachLoad()
      throws ReflectiveOperationException {
    int layers = 20;
    EpTopology topology = EpTopology.of(256, 32, 1, 1, 9);
    ExpertTable table = ExpertTable.initial(layers, topology);
    LoadHistory history = new LoadHistory(layers, 256, Weighting.exponential(0.25));
    double[] window = new double[layers * 256];
    Arrays.fill(window, 3.0);
    for (int at = 0; at < LoadHistory.HELD; at++) {
      history.add(window);
    }
    LoadSeries series = history.series();
    series.under(table);
    long before = AllocatedBytes.ofThisThread();
    series.under(table);
    long allocated = AllocatedBytes.ofThisThread() - before;
    long tokens = (long) series.windows() * layers * topology.physicalExperts() * Double.BYTES;
    assertTrue(allocated <= 2 * tokens, () -> allocated + " bytes for tokens of " + tokens);
  }
}
