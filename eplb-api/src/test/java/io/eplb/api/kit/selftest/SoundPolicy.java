package io.eplb.api.kit.selftest;

import io.eplb.api.EplbPolicy;
import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.api.Placement;
import io.eplb.api.PolicyContext;
import io.eplb.api.PolicyOption;
import io.eplb.api.Rebalance;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A policy that keeps every rule: in each layer it gives one redundant slot to the expert with the
 * largest load per replica. The broken policies each spoil one thing about it.
 */
class SoundPolicy implements EplbPolicy {
  private static final long RESERVE_NANOS = 1_000_000;

  static final PolicyOption<Long> WIDTH =
      PolicyOption.integer("width", 8, 1, 64, "How many slots are looked at.");
  static final PolicyOption<Double> SHARE =
      PolicyOption.decimal("share", 0.5, 0, 1, "Least load that counts.");
  static final PolicyOption<Boolean> EAGER = PolicyOption.flag("eager", true, "Whether to move.");
  static final PolicyOption<String> ORDER =
      PolicyOption.choice("order", "up", List.of("up", "down"), "Which layer comes first.");

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
    context.forEachLayer(
        layers,
        () -> new int[1],
        (layer, scratch) -> {
          if (context.deadline().remainingNanos() >= RESERVE_NANOS) {
            LayerSketch sketch = new LayerSketch(currentExpertTable, expertWorkload, layer);
            changed[layer] = planLayer(sketch, scratch, context);
            builder.setLayer(layer, sketch.row, 0);
          }
        });
    return answer(changed, builder.build());
  }

  /** Changes a layer's row; returns whether it did. */
  boolean planLayer(LayerSketch layer, int[] scratch, PolicyContext context) {
    int expert = layer.hottest();
    int slot = layer.isLegal() ? layer.redundantSlotFor(expert) : -1;
    if (slot < 0) {
      return false;
    }
    layer.row[slot] = expert;
    return true;
  }

  /** Makes the answer of the layers that changed. */
  Rebalance answer(boolean[] changed, Placement placement) {
    int[] priority = IntStream.range(0, changed.length).filter(layer -> changed[layer]).toArray();
    return Rebalance.of(priority.length > 0, priority, placement);
  }
}
