package io.eplb.api.kit.selftest;

import io.eplb.api.EpRanks;
import io.eplb.api.EplbPolicy;
import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.api.Placement;
import io.eplb.api.PolicyContext;
import io.eplb.api.PolicyOption;
import io.eplb.api.Rebalance;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A policy that keeps every rule: in each layer it gives one redundant slot to the expert with the
 * largest load per replica, if that lowers the layer's peak. The broken policies each spoil one
 * thing about it.
 */
class SoundPolicy implements EplbPolicy {
  private static final long RESERVE_NANOS = 1_000_000;

  static final PolicyOption<Long> WIDTH =
      PolicyOption.integer("width", 63, 1, 64, "How many slots are looked at.");
  static final PolicyOption<Double> SHARE =
      PolicyOption.decimal("share", 0, 0, 8, "Least load that counts, in mean loads of an expert.");
  static final PolicyOption<Boolean> EAGER = PolicyOption.flag("eager", true, "Whether to move.");
  static final PolicyOption<String> ORDER =
      PolicyOption.choice("order", "up", List.of("up", "down"), "Which slot comes first.");

  @Override
  public String name() {
    return "sound";
  }

  @Override
  public List<PolicyOption<?>> options() {
    return List.of(WIDTH, SHARE, EAGER, ORDER);
  }

  @Override
  public Rebalance rebalanceExperts(
      ExpertTable currentExpertTable, ExpertWorkload expertWorkload, PolicyContext context) {
    int layers = currentExpertTable.layers();
    Placement.Builder builder = Placement.builder(currentExpertTable);
    boolean[] changed = new boolean[layers];
    double[] gain = new double[layers];
    context.forEachLayer(
        layers,
        () -> new int[1],
        (layer, scratch) -> {
          if (context.deadline().remainingNanos() >= RESERVE_NANOS) {
            LayerSketch sketch = sketch(currentExpertTable, expertWorkload, layer, context.ranks());
            double before = sketch.peak();
            changed[layer] = planLayer(sketch, scratch, context);
            gain[layer] = before - sketch.peak();
            builder.setLayer(layer, sketch.row, 0);
          }
        });
    return answer(priority(changed, gain), builder.build());
  }

  /** Returns the value of an option. */
  <T> T option(PolicyContext context, PolicyOption<T> option) {
    return context.option(option);
  }

  /** Returns the layers that changed, the greatest gain first, then the lower number. */
  int[] priority(boolean[] changed, double[] gain) {
    return IntStream.range(0, changed.length)
        .filter(layer -> changed[layer])
        .boxed()
        .sorted(Comparator.comparingDouble(layer -> -gain[layer]))
        .mapToInt(layer -> layer)
        .toArray();
  }

  /** Looks at one layer. */
  LayerSketch sketch(ExpertTable table, ExpertWorkload workload, int layer, EpRanks ranks) {
    return new LayerSketch(table, workload, layer, ranks);
  }

  /** Changes a layer's row; returns whether it did. */
  boolean planLayer(LayerSketch layer, int[] scratch, PolicyContext context) {
    if (!option(context, EAGER) || !layer.isLegal()) {
      return false;
    }
    int expert = layer.hottest();
    int slot = layer.redundantSlotFor(expert, option(context, ORDER).equals("up"));
    if (slot < 0
        || slot >= option(context, WIDTH)
        || layer.loads[expert] < option(context, SHARE) * layer.meanLoad()) {
      return false;
    }
    double before = layer.peak();
    int replaced = layer.row[slot];
    layer.row[slot] = expert;
    if (layer.peak() < before) {
      return true;
    }
    layer.row[slot] = replaced;
    return false;
  }

  /** Makes the answer of the layers that changed. */
  Rebalance answer(int[] priority, Placement placement) {
    return Rebalance.of(priority.length > 0, priority, placement);
  }
}
