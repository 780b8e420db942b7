package io.eplb.api.kit;

import io.eplb.api.EplbPolicy;
import io.eplb.api.LayerEnd;
import io.eplb.api.LayerRunner;
import org.jspecify.annotations.Nullable;

/** The ends of layers as a policy hears of them between two plans, and its own end. */
final class Ends {
  private Ends() {}

  /** Finds an exception of a policy that hears of every end, plans again, and is closed. */
  @SuppressWarnings("CatchingUnchecked")
  static @Nullable Fault firstFault(Subject subject, Scenario scenario) {
    EplbPolicy policy = subject.newInstance();
    History before = subject.history(policy, scenario, LayerRunner.sequential());
    if (Judge.exception(before) != null) {
      return null;
    }
    Call last = before.calls().get(before.calls().size() - 1);
    try {
      for (int layer = 0; layer < scenario.layers(); layer++) {
        LayerEnd.Outcome[] outcomes = LayerEnd.Outcome.values();
        policy.layerEnded(
            LayerEnd.of(layer, outcomes[layer % outcomes.length], last.table().version()));
      }
    } catch (VirtualMachineError fatal) {
      throw fatal;
    } catch (Throwable thrown) {
      return new Fault("P1: layerEnded threw " + thrown, last, 0);
    }
    Fault fault = Judge.exception(subject.history(policy, scenario, LayerRunner.sequential()));
    if (fault != null) {
      return fault;
    }
    try {
      policy.close();
    } catch (VirtualMachineError fatal) {
      throw fatal;
    } catch (Throwable thrown) {
      return new Fault("P1: close threw " + thrown, last, 0);
    }
    return null;
  }
}
