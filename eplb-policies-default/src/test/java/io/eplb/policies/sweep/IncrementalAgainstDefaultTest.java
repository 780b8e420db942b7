package io.eplb.policies.sweep;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.policies.deepseek.DefaultPolicy;
import io.eplb.policies.incremental.IncrementalPolicy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;

class IncrementalAgainstDefaultTest {
  private static final double TOLERANCE = 1e-9;
  private static final Map<String, String> UNLIMITED =
      Map.of("max-moves-per-layer", "0", "max-moves-per-rank", "0");

  @Test
  void withoutABudgetIncrementalIsNeverWorseThanDefault() {
    List<SweepCase> cases = SweepCase.all();
    assertTrue(cases.size() >= 200, cases.size() + " cases");
    List<String> worse = new ArrayList<>();
    for (SweepCase each : cases) {
      double[] reshuffled = each.peakToAverage(new DefaultPolicy(), Map.of());
      double[] improved = each.peakToAverage(new IncrementalPolicy(), UNLIMITED);
      double bar = Arrays.stream(reshuffled).average().orElseThrow();
      double reached = Arrays.stream(improved).average().orElseThrow();
      if (reached > bar * (1 + TOLERANCE)) {
        worse.add(
            String.format(
                Locale.ROOT,
                "%s: incremental %.9f, default %.9f (+%.4f %%); per layer %s, %s",
                each,
                reached,
                bar,
                (reached / bar - 1) * 100,
                Arrays.toString(improved),
                Arrays.toString(reshuffled)));
      }
    }
    assertEquals(List.of(), worse, () -> worse.size() + " cases:\n" + String.join("\n", worse));
  }
}
