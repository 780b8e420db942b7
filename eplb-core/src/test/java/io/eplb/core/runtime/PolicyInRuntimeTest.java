package io.eplb.core.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import io.eplb.api.EplbPolicy;
import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.api.LayerEnd;
import io.eplb.api.Objective;
import io.eplb.api.Placement;
import io.eplb.api.PolicyContext;
import io.eplb.api.PolicyTraits;
import io.eplb.api.Rebalance;
import io.eplb.core.config.EplbConfig;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A policy that remembers, in a runtime whose engine moves real bytes. */
class PolicyInRuntimeTest {
  private final List<String> heard = Collections.synchronizedList(new ArrayList<>());

  /** Swaps two experts of layer 1 at each call, whatever it does to the balance. */
  private final class Swapping implements EplbPolicy {
    @Override
    public String name() {
      return "swapping";
    }

    @Override
    public PolicyTraits traits() {
      return PolicyTraits.builder().stateful(true).objective(Objective.OWN_MEASURE).build();
    }

    @Override
    public Rebalance rebalanceExperts(
        ExpertTable current, ExpertWorkload workload, PolicyContext context) {
      int last = workload.windows() - 1;
      heard.add(
          "window %s of %s, %s, %s"
              .formatted(
                  workload.windowId(last),
                  workload.windows(),
                  context.loadPhase(),
                  context.hints()));
      int[] row = new int[current.physicalExperts()];
      current.copyLayer(1, row, 0);
      int first = row[0];
      row[0] = row[current.slotsPerRank()];
      row[current.slotsPerRank()] = first;
      return Rebalance.builder(
              new int[] {1}, Placement.builder(current).setLayer(1, row, 0).build())
          .expectedPeak(1, 2.0, 1.0)
          .build();
    }

    @Override
    public void layerEnded(LayerEnd end) {
      heard.add(end.layer() + " " + end.outcome() + " " + end.tableVersion());
    }

    @Override
    public void close() {
      heard.add("closed");
    }
  }

  @Test
  void hearsHowItsLayersEndAndIsClosedWithTheRuntime() {
    EplbConfig config =
        EplbConfig.read(
            "eplb.yaml",
            new ByteArrayInputStream(
                "policy_hints: {model: r1}\n".getBytes(StandardCharsets.UTF_8)));
    try (RuntimeRig rig =
        new RuntimeRig(config, same -> same, builder -> builder.policy(Swapping::new))) {
      for (int cycle = 0; cycle < 2; cycle++) {
        rig.serve(RuntimeRig.INTERVAL);
        rig.threads.runAll();
      }
      assertEquals(2, rig.runtime.state().version());
      rig.assertSound();
      CycleReport last = rig.runtime.state().lastCycle().orElseThrow();
      assertNotNull(last.expected().orElseThrow());
      rig.serve(RuntimeRig.INTERVAL);
      rig.threads.runEvents();
      rig.threads.runJob();
    }
    assertEquals(
        List.of(
            "window 0 of 1, ALL, {model=r1}",
            "1 COMMITTED 1",
            "window 1 of 2, ALL, {model=r1}",
            "1 COMMITTED 2",
            "window 2 of 3, ALL, {model=r1}",
            "1 ABORTED 2",
            "closed"),
        heard);
  }
}
