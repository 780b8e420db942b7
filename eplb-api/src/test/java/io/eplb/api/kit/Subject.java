package io.eplb.api.kit;

import io.eplb.api.EplbPolicy;
import io.eplb.api.LayerRunner;
import io.eplb.api.PolicyOption;
import io.eplb.api.PolicyOptions;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The policy that is tried: makes instances of it and asks them. */
final class Subject {
  private final Supplier<? extends EplbPolicy> newPolicy;
  private @Nullable List<PolicyOption<?>> declared;

  Subject(Supplier<? extends EplbPolicy> newPolicy) {
    this.newPolicy = newPolicy;
  }

  EplbPolicy newInstance() {
    return newPolicy.get();
  }

  String className() {
    return newInstance().getClass().getName();
  }

  /** Broken declarations have a test of their own; the others go on without options. */
  List<PolicyOption<?>> declaredOptions() {
    List<PolicyOption<?>> known = declared;
    if (known == null) {
      try {
        known = newInstance().options();
        PolicyOptions.defaults(known);
      } catch (RuntimeException broken) {
        known = List.of();
      }
      declared = known;
    }
    return known;
  }

  PolicyOptions defaults() {
    return PolicyOptions.defaults(declaredOptions());
  }

  /** Asks a new instance, one layer after the other. */
  History history(Scenario scenario) {
    return history(newInstance(), scenario, LayerRunner.sequential());
  }

  /** Asks an instance with default options. */
  History history(EplbPolicy policy, Scenario scenario, LayerRunner runner) {
    return History.of(
        policy, scenario, () -> scenario.context(defaults()).layerRunner(runner).build());
  }

  /** Asks a new instance with other options. */
  History history(Scenario scenario, PolicyOptions options) {
    return History.of(newInstance(), scenario, () -> scenario.context(options).build());
  }

  /** Returns whether two new instances say the same: if not, nothing else can be compared. */
  boolean repeats(Scenario scenario) {
    return history(scenario).firstDifference(history(scenario)) == null;
  }
}
