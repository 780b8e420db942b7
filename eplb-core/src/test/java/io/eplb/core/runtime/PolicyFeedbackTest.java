package io.eplb.core.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.EpRanks;
import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.api.LayerEnd;
import io.eplb.api.LoadPhase;
import io.eplb.api.Objective;
import io.eplb.api.Placement;
import io.eplb.api.PolicyTraits;
import io.eplb.api.Rebalance;
import io.eplb.core.balance.PlanMeasure;
import io.eplb.core.load.LoadRecording;
import io.eplb.core.update.UpdateReport;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** The words of the runtime to a policy, and the measure of its plans. */
class PolicyFeedbackTest {
  /** The policy of a rig, which writes down the ends of its layers. */
  private static class Listening implements CycleRig.Answer {
    final List<String> heard = Collections.synchronizedList(new ArrayList<>());
    private final CycleRig.Answer answer;

    Listening(CycleRig.Answer answer) {
      this.answer = answer;
    }

    @Override
    public Rebalance to(ExpertTable table, ExpertWorkload workload) {
      return answer.to(table, workload);
    }

    @Override
    public void ended(LayerEnd end) {
      heard.add(end.layer() + " " + end.outcome() + " " + end.tableVersion());
    }
  }

  private static CycleRig rig(CycleRig.Answer policy, BenefitSettings benefit) {
    return new CycleRig(policy, new MapFile("", 0), benefit, CycleRig.FAILURES + 1);
  }

  @Test
  void committedAndAbortedLayersAreToldInTheOrderOfTheUpdate() {
    Listening policy = new Listening(CycleRig.Answer.BALANCED);
    try (CycleRig rig = new CycleRig(policy)) {
      rig.updates =
          (version, next, layers) -> {
            rig.replace(version, new int[] {layers[0]}, next);
            return CompletableFuture.completedFuture(rig.report(version, layers, 1));
          };
      rig.runCycle();
      assertEquals(List.of(), policy.heard, "a policy hears before its next call");
      rig.runCycle();
      assertEquals(List.of("1 COMMITTED 1", "0 ABORTED 1"), policy.heard);
    }
  }

  @Test
  void anUpdateThatIsRefusedOrFailsAbortsItsLayers() {
    Listening policy = new Listening(CycleRig.Answer.BALANCED);
    try (CycleRig rig = new CycleRig(policy)) {
      rig.updates =
          (version, next, layers) -> {
            throw new IllegalStateException("not now");
          };
      rig.runCycle();
      rig.updates =
          (version, next, layers) ->
              CompletableFuture.failedFuture(new IllegalStateException("not now either"));
      rig.runCycle();
      assertEquals(List.of("1 ABORTED 0", "0 ABORTED 0"), policy.heard);
    }
    assertEquals(4, policy.heard.size(), "the last ones are told before the policy is closed");
  }

  @Test
  void layersThatAreNotWorthItAndPlansThatComeTooLateAreTold() {
    Listening policy = new Listening(CycleRig.Answer.BALANCED);
    try (CycleRig rig = rig(policy, new BenefitSettings(1e9, 0.0))) {
      assertEquals(CycleOutcome.NOT_WORTH_IT, rig.runCycle().outcome());
    }
    assertEquals(List.of("1 NOT_WORTH_IT 0", "0 NOT_WORTH_IT 0"), policy.heard);
    Listening late = new Listening(CycleRig.Answer.BALANCED);
    try (CycleRig rig = new CycleRig(late)) {
      rig.serve(CycleRig.COLLECTION);
      rig.threads.runEvents();
      rig.threads.runJob();
      rig.serve(CycleRig.PLANNING);
      rig.threads.runEvents();
      assertEquals(CycleOutcome.PLAN_LATE, rig.lastReport().outcome());
    }
    assertEquals(List.of("1 ABORTED 0", "0 ABORTED 0"), late.heard);
  }

  @Test
  void layersThatAreInTheMiddleOfAnUpdateWhenTheRuntimeClosesAreTold() {
    Listening policy = new Listening(CycleRig.Answer.BALANCED);
    try (CycleRig rig = new CycleRig(policy)) {
      CompletableFuture<UpdateReport> update = new CompletableFuture<>();
      int[][] updating = {{}};
      rig.updates =
          (version, next, layers) -> {
            updating[0] = layers;
            return update;
          };
      rig.serve(CycleRig.COLLECTION);
      rig.threads.runAll();
      rig.cycle.close();
      rig.threads.runAll();
      update.complete(rig.report(0, updating[0], 0));
    }
    assertEquals(List.of("1 ABORTED 0", "0 ABORTED 0"), policy.heard);
  }

  @Test
  void aPolicyThatFailsInLayerEndedFailsTheCycleUnderThatName() {
    try (CycleRig rig =
        new CycleRig(
            new Listening(CycleRig.Answer.BALANCED) {
              @Override
              public void ended(LayerEnd end) {
                throw new IllegalStateException("do not tell me");
              }
            })) {
      assertEquals(CycleOutcome.COMMITTED, rig.runCycle().outcome());
      CycleReport failed = rig.runCycle();
      assertEquals(CycleOutcome.PLAN_FAILED, failed.outcome());
      assertTrue(failed.reason().startsWith("policy answering failed in layerEnded: do not"));
      assertEquals(CycleOutcome.UNCHANGED, rig.runCycle().outcome());
    }
  }

  @Test
  void everyWindowIsGivenOnceUnderItsIdAsItWasMeasured() {
    List<Long> ids = new ArrayList<>();
    List<Double> measured = new ArrayList<>();
    CycleRig.Answer recording =
        (table, workload) -> {
          double[] loads = new double[table.experts()];
          for (int window = 0; window < workload.windows(); window++) {
            if (ids.isEmpty() || workload.windowId(window) > ids.get(ids.size() - 1)) {
              ids.add(workload.windowId(window));
              workload.measuredExpertLoads(table, 1, window, loads, 0);
              measured.add(loads[0]);
            }
          }
          assertFalse(workload.measuredPerSlot());
          return Rebalance.unchanged(table);
        };
    try (CycleRig rig = new CycleRig(recording)) {
      for (int cycle = 1; cycle <= 4; cycle++) {
        double[] tokens = new double[CycleRig.LAYERS * CycleRig.TOPOLOGY.experts()];
        tokens[CycleRig.TOPOLOGY.experts()] = 100.0 * cycle;
        LoadRecording window =
            LoadRecording.of(1, CycleRig.LAYERS, CycleRig.TOPOLOGY.experts(), tokens);
        rig.loads = () -> List.of(new MeasuredLoad(LoadPhase.ALL, window));
        rig.runCycle();
      }
    }
    assertEquals(List.of(0L, 1L, 2L, 3L), ids);
    assertEquals(List.of(100.0, 200.0, 300.0, 400.0), measured);
  }

  @Test
  void aPolicyWithAMeasureOfItsOwnGetsItsPlansThroughAndTheReportShowsBothFigures() {
    // Every layer's hot expert moves on by one rank: by load, nothing is gained.
    CycleRig.Answer turning =
        new Listening(
            (table, workload) -> {
              int[] row = new int[table.physicalExperts()];
              int[] next = new int[row.length];
              Placement.Builder builder = Placement.builder(table);
              for (int layer = 0; layer < table.layers(); layer++) {
                table.copyLayer(layer, row, 0);
                for (int slot = 0; slot < row.length; slot++) {
                  next[(slot + table.slotsPerRank()) % row.length] = row[slot];
                }
                builder.setLayer(layer, next, 0);
              }
              return Rebalance.builder(new int[] {0, 1}, builder.build())
                  .expectedPeak(0, 8.0, 6.0)
                  .expectedPeak(1, 4.0, 2.0)
                  .build();
            }) {
          @Override
          public PolicyTraits traits() {
            return PolicyTraits.builder().objective(Objective.OWN_MEASURE).build();
          }
        };
    try (CycleRig rig = new CycleRig(turning)) {
      for (int cycle = 1; cycle <= 5; cycle++) {
        CycleReport report = rig.runCycle();
        assertEquals(CycleOutcome.COMMITTED, report.outcome());
        CycleReport.Balance par = report.balance().orElseThrow();
        assertEquals(par.before().mean(), par.after().mean(), 1e-9);
        PlanMeasure.Expected expected = report.expected().orElseThrow();
        assertEquals(6.0, expected.before());
        assertEquals(4.0, expected.after());
        assertTrue(
            CycleLog.line(report).contains("expected_before=6.0 expected_after=4.0"),
            CycleLog.line(report));
      }
    }
  }

  @Test
  void aPlanThatSparesASlowRankIsWorthItThoughTheHottestRankGetsMore() {
    int[] bySpeed = {4, 5, 6, 0, 7, 4, 1, 5, 6, 2, 3, 7};
    CycleRig.Answer sparing =
        (table, workload) -> {
          Placement.Builder builder = Placement.builder(table);
          for (int layer = 0; layer < table.layers(); layer++) {
            builder.setLayer(layer, bySpeed, 0);
          }
          return Rebalance.of(true, new int[] {0, 1}, builder.build());
        };
    double[] tokens = new double[CycleRig.LAYERS * 8];
    for (int index = 0; index < tokens.length; index++) {
      tokens[index] = index % 8 < 4 ? 100 : 50;
    }
    LoadRecording load = LoadRecording.of(1, CycleRig.LAYERS, 8, tokens);
    try (CycleRig rig = new CycleRig(sparing)) {
      rig.loads = () -> List.of(new MeasuredLoad(LoadPhase.ALL, load));
      Placement even = rig.table().placement();
      assertEquals(CycleOutcome.NOT_WORTH_IT, rig.runCycle().outcome(), "while all are as fast");
      rig.cycle.setSpeeds(EpRanks.builder(CycleRig.TOPOLOGY).speed(0, 0.5).build());
      for (int cycle = 1; cycle <= 5; cycle++) {
        CycleReport report = rig.runCycle();
        assertEquals(CycleOutcome.COMMITTED, report.outcome());
        assertEquals(CycleRig.LAYERS, report.layersCommitted());
        CycleReport.Balance par = report.balance().orElseThrow();
        assertEquals(300 / (600 / 3.5), par.before().mean(), 1e-9);
        assertEquals(225 / (600 / 3.5), par.after().mean(), 1e-9);
        // Every rank has 150 again, and the slow one takes twice as long as the others.
        rig.replace(rig.table().version(), new int[] {0, 1}, even);
      }
    }
  }
}
