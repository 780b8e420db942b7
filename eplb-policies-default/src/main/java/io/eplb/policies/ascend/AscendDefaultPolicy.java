package io.eplb.policies.ascend;

import io.eplb.api.EplbPolicy;
import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.api.Placement;
import io.eplb.api.PolicyContext;
import io.eplb.api.PolicyOption;
import io.eplb.api.Rebalance;
import java.util.List;

/**
 * The policy {@code ascend-default}: repacks every layer from scratch, without regard to the number
 * of transfers.
 *
 * <p>The answer equals that of {@code DefaultEplb} of vLLM-Ascend at 182b75e wherever the
 * reference's answer is legal; the package lists the differences. Where ranks differ in speed or in
 * usable slots, which the reference does not know, replicas are placed as by {@code global}.
 */
public final class AscendDefaultPolicy implements EplbPolicy {
  private static final PolicyOption<Double> ACCEPT_THRESHOLD = acceptThreshold();

  /** Creates the policy; it has no state. */
  public AscendDefaultPolicy() {}

  /** Returns the option that both policies of this package have. */
  static PolicyOption<Double> acceptThreshold() {
    return PolicyOption.decimal(
        "accept-threshold",
        0.95,
        1e-6,
        1.0,
        "the table changes if the layers' peaks sum to less than this share of what they were");
  }

  @Override
  public String name() {
    return "ascend-default";
  }

  @Override
  public List<PolicyOption<?>> options() {
    return List.of(ACCEPT_THRESHOLD);
  }

  @Override
  public Rebalance rebalanceExperts(
      ExpertTable currentExpertTable, ExpertWorkload expertWorkload, PolicyContext context) {
    int layers = currentExpertTable.layers();
    Placement.Builder placement = Placement.builder(currentExpertTable);
    LayerGain gain = new LayerGain(layers);
    context.forEachLayer(
        layers,
        () -> new AscendDefaultLayer(context.topology(), context.ranks()),
        (layer, scratch) ->
            scratch.plan(
                layer,
                currentExpertTable,
                expertWorkload,
                context.migrationBudget(),
                placement,
                gain));
    return Rebalance.of(
        gain.worthwhile(context.option(ACCEPT_THRESHOLD)), gain.priority(), placement.build());
  }
}
