package io.eplb.server.planning;

import static io.eplb.server.planning.ServiceRig.EXPERTS;
import static io.eplb.server.planning.ServiceRig.LAYERS;
import static io.eplb.server.planning.ServiceRig.RANKS;
import static io.eplb.server.planning.ServiceRig.config;
import static io.eplb.server.planning.ServiceRig.rows;
import static io.eplb.server.planning.ServiceRig.scripted;
import static io.eplb.server.planning.ServiceRig.settings;
import static io.eplb.server.planning.ServiceRig.swapped;
import static io.eplb.server.planning.ServiceRig.window;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.Dispatch;
import io.eplb.api.ExpertTable;
import io.eplb.api.InvalidInputException;
import io.eplb.api.Placement;
import io.eplb.api.Rebalance;
import io.eplb.core.balance.BalanceReport;
import io.eplb.core.config.Settings;
import io.eplb.core.format.NumberArray;
import io.eplb.server.observe.PlanRecord;
import io.eplb.server.problem.ProblemException;
import io.eplb.server.state.StateFolder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class PlanServiceTest {
  @Test
  void aQuestionWithoutATableIsPlannedFromTheInitialLayout() {
    try (ServiceRig rig = new ServiceRig("default")) {
      PlanAnswer answer = rig.ask(window(1));
      ExpertTable table = answer.table().orElseThrow();
      assertEquals(RANKS, table.ranks());
      assertEquals(3, table.slotsPerRank());
      assertTrue(answer.changed());
      assertTrue(answer.parAfter() < answer.parBefore());
      assertEquals(rig.latest().moved(), answer.moved());
      assertEquals(PlanRecord.Outcome.CHANGED, rig.latest().outcome());
      assertTrue(rig.latest().measured().isEmpty());
    }
  }

  @Test
  void aQuestionThatIsAskedAgainGetsTheSameAnswerAndCountsOnce() {
    try (ServiceRig rig = new ServiceRig("incremental")) {
      PlanAnswer first = rig.ask(window(1));
      PlanAnswer second = rig.ask(window(2));
      assertSame(first, rig.ask(window(1)));
      assertSame(second, rig.ask(window(2)));
      assertEquals(2, rig.records.size());
      assertEquals(2, rig.service.models().get(0).history());
    }
  }

  @Test
  void whoeverAsksTheSameWhileItIsPlannedJoinsAndMayLeave() throws InterruptedException {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    ScriptedPolicy.write(
        "joined",
        (table, load, context) -> {
          begun.countDown();
          go.await();
          return swapped(table, 0);
        });
    try (ServiceRig rig = new ServiceRig("default")) {
      PlanAsk ask = scripted(1, "joined").build();
      List<CompletableFuture<PlanAnswer>> futures = new ArrayList<>();
      futures.add(rig.service.plan(ask));
      begun.await();
      for (int rank = 1; rank < 100; rank++) {
        futures.add(rig.service.plan(scripted(1, "joined").build()));
      }
      futures.get(0).cancel(true);
      go.countDown();
      PlanAnswer answer = Asks.answer(futures.get(1));
      for (CompletableFuture<PlanAnswer> future : futures.subList(1, 100)) {
        assertSame(answer, Asks.answer(future));
      }
      assertSame(answer, Asks.answer(rig.service.plan(ask)));
      rig.end();
      assertEquals(1, rig.records.size());
    }
  }

  @Test
  void anAnswerThatNobodyWaitsForIsKept() throws InterruptedException {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    ScriptedPolicy.write(
        "left",
        (table, load, context) -> {
          begun.countDown();
          go.await();
          return swapped(table, 1);
        });
    try (ServiceRig rig = new ServiceRig("default")) {
      CompletableFuture<PlanAnswer> only = rig.service.plan(scripted(1, "left").build());
      begun.await();
      only.cancel(true);
      go.countDown();
      assertEquals(List.of(1), rig.ask(scripted(1, "left")).layerPriority());
      rig.end();
      assertEquals(1, rig.records.size());
    }
  }

  @Test
  void windowsInOneQuestionCountLikeThoseOfSeveral() {
    try (ServiceRig rig = new ServiceRig("incremental")) {
      double[] both = new double[2 * LAYERS * EXPERTS];
      for (int window = 0; window < 2; window++) {
        double[] loads = Asks.load(LAYERS, EXPERTS, window).values();
        System.arraycopy(loads, 0, both, window * loads.length, loads.length);
        rig.ask(PlanAsk.ofLoad("one", Asks.load(LAYERS, EXPERTS, window)));
      }
      PlanAnswer joined =
          rig.ask(PlanAsk.ofLoad("two", Asks.array(new int[] {2, LAYERS, EXPERTS}, both)));
      PlanAnswer apart = rig.ask(PlanAsk.ofLoad("one", Asks.load(LAYERS, EXPERTS, 1)));
      assertEquals(rows(apart), rows(joined));
      assertEquals(2, rig.service.models("two").get(0).history());
    }
  }

  @Test
  void theLoadOfSlotsIsSummedOverReplicas() {
    try (ServiceRig rig = new ServiceRig("default")) {
      double[] load = {8, 4, 2, 2};
      double[] slots = {3, 4, 2, 2, 4, 1};
      NumberArray current = Asks.array(new int[] {1, 2, 3}, 0, 1, 2, 3, 0, 0);
      PlanAnswer bySlot =
          rig.ask(
              PlanAsk.ofWorkload("slots", Asks.array(new int[] {1, 2, 3}, slots))
                  .current(current)
                  .slots(6));
      PlanAnswer byExpert =
          rig.ask(PlanAsk.ofLoad("experts", Asks.array(new int[] {1, 4}, load)).current(current));
      assertEquals(rows(byExpert), rows(bySlot));
    }
  }

  @Test
  void theLoadOfSlotsWithoutATableIsThatOfTheInitialLayout() {
    try (ServiceRig rig = new ServiceRig("default")) {
      PlanAnswer bySlot =
          rig.ask(
              PlanAsk.ofWorkload(
                  "slots", Asks.array(new int[] {1, 4, 3}, 9, 1, 1, 1, 1, 1, 1, 1, 9, 1, 1, 1)));
      PlanAnswer byExpert =
          rig.ask(
              PlanAsk.ofLoad("experts", Asks.array(new int[] {1, 8}, 18, 2, 2, 2, 1, 1, 1, 1))
                  .current(Asks.array(new int[] {1, 4, 3}, 0, 1, 2, 3, 4, 5, 6, 7, 0, 1, 2, 3)));
      assertEquals(rows(byExpert), rows(bySlot));
    }
  }

  @Test
  void theNextWindowMeasuresThePlanBeforeIt() {
    try (ServiceRig rig = new ServiceRig("default")) {
      ExpertTable planned = rig.ask(window(1)).table().orElseThrow();
      rig.ask(window(2).current(Asks.current(planned)));
      BalanceReport report = BalanceReport.of(planned, Asks.load(LAYERS, EXPERTS, 2).values());
      assertEquals(report.summary().mean(), rig.latest().measured().orElseThrow());
      assertEquals(
          (1 / report.peakToAverage(0) + 1 / report.peakToAverage(1)) / 2,
          rig.latest().measuredBalancedness().orElseThrow(),
          1e-12);
      assertEquals(
          report.peakToAverage(0),
          Math.max(
              Math.max(rig.latest().before().heat(0, 0), rig.latest().before().heat(0, 1)),
              Math.max(rig.latest().before().heat(0, 2), rig.latest().before().heat(0, 3))),
          1e-6);
      rig.ask(window(3));
      assertTrue(rig.latest().measured().isEmpty(), "the initial layout was not planned here");
    }
  }

  @Test
  void thePolicyHearsWhichLayersCameIntoForce() {
    ScriptedPolicy.Script script =
        ScriptedPolicy.write("ends", (table, load, context) -> swapped(table, 0, 1));
    try (ServiceRig rig = new ServiceRig("default")) {
      ExpertTable initial = rig.ask(window(0).policy("static").slots(8)).table().orElseThrow();
      ExpertTable planned =
          rig.ask(scripted(1, "ends").current(Asks.current(initial))).table().orElseThrow();
      ExpertTable half = initial.withLayers(1, new int[] {1}, planned.placement());
      rig.ask(scripted(2, "ends").current(Asks.current(half)));
      assertEquals(List.of("0 ABORTED", "1 COMMITTED"), script.ends);
    }
  }

  @Test
  void aPolicyThatFailsLeavesTheTableWithAReason() {
    ScriptedPolicy.write(
        "failing",
        (table, load, context) -> {
          throw new IllegalStateException("no idea");
        });
    try (ServiceRig rig = new ServiceRig("default")) {
      ExpertTable inForce = rig.ask(window(0)).table().orElseThrow();
      PlanAnswer answer = rig.ask(scripted(1, "failing").current(Asks.current(inForce)));
      assertFalse(answer.changed());
      assertEquals(inForce.placement(), answer.table().orElseThrow().placement());
      assertTrue(answer.reason().orElseThrow().contains("no idea"), answer.toString());
      assertEquals(PlanRecord.Outcome.POLICY_FAILED, rig.latest().outcome());
      assertSame(answer, rig.ask(scripted(1, "failing").current(Asks.current(inForce))));
    }
  }

  @Test
  void aPolicyThatWasSwitchedOffComesBackWithAReload() {
    boolean[] fails = {true};
    ScriptedPolicy.write(
        "sick",
        (table, load, context) -> {
          if (fails[0]) {
            throw new IllegalStateException("sick");
          }
          return swapped(table, 0);
        });
    PlanSettings settings =
        PlanSettings.builder(config(ScriptedPolicy.NAME))
            .policyOptions(Map.of("script", "sick"))
            .build();
    try (ServiceRig rig = new ServiceRig(settings, StateFolder.none())) {
      for (int window = 0; window < 4; window++) {
        assertFalse(rig.ask(window(window)).changed());
      }
      fails[0] = false;
      assertTrue(
          rig.ask(window(4)).reason().orElseThrow().contains("is switched off after 3"),
          rig.latest().reason());
      assertTrue(rig.service.models().get(0).policy().orElseThrow().switchedOff());
      rig.service.reload(settings);
      assertTrue(rig.ask(window(5)).changed());
      assertFalse(rig.service.models().get(0).policy().orElseThrow().switchedOff());
    }
  }

  @Test
  void aReloadThatIsWrongLeavesTheOldSettings() {
    try (ServiceRig rig = new ServiceRig("static")) {
      InvalidInputException misspelt =
          assertThrows(
              InvalidInputException.class, () -> rig.service.reload(settings("incremenal")));
      assertTrue(String.valueOf(misspelt.getMessage()).contains("did you mean incremental"));
      assertThrows(
          InvalidInputException.class,
          () ->
              rig.service.reload(
                  PlanSettings.builder(config("default"))
                      .policyOptions(Map.of("speed", "high"))
                      .build()));
      rig.ask(window(1));
      assertEquals("static", rig.latest().policy());
      rig.service.reload(settings("default"));
      rig.ask(window(2));
      assertEquals("default", rig.latest().policy());
      assertEquals(2, rig.latest().history());
    }
  }

  @Test
  void anotherEstimatorStartsTheHistoryAnewAndKeepsTheAnswers() {
    try (ServiceRig rig = new ServiceRig("default")) {
      PlanAnswer first = rig.ask(window(1));
      rig.ask(window(2));
      rig.service.reload(
          PlanSettings.builder(config("default").with(Settings.ESTIMATOR, "mean")).build());
      rig.ask(window(3));
      assertEquals(1, rig.latest().history());
      assertEquals("mean", rig.service.models().get(0).estimator());
      assertSame(first, rig.ask(window(1)));
    }
  }

  @Test
  void parIsMeasuredUnderTheDispatchOfTheConfiguration() {
    try (ServiceRig rig = new ServiceRig("static")) {
      double even = rig.ask(window(1)).parAfter();
      rig.service.reload(
          PlanSettings.builder(config("static").with(Settings.DISPATCH, "lp")).build());
      double divided = rig.ask(window(2)).parAfter();
      assertEquals("lp", rig.service.models().get(0).dispatch());
      assertTrue(divided < even, divided + " is not below " + even);
    }
  }

  @Test
  void aQuestionMayNameTheDispatchOfItsEngine() {
    try (ServiceRig rig = new ServiceRig("static")) {
      double even = rig.ask(window(1)).parAfter();
      double divided = rig.ask(window(1).dispatch(Dispatch.LP)).parAfter();
      assertTrue(divided < even, divided + " is not below " + even);
      assertEquals("lp", rig.service.models().get(0).dispatch());
      assertEquals(Dispatch.LP, rig.latest().dispatch());
      rig.ask(window(1));
      assertEquals("lp", rig.service.models().get(0).dispatch()); // the answer was known: no plan
      rig.ask(window(2));
      assertEquals("even", rig.service.models().get(0).dispatch());
    }
  }

  @Test
  void namesThatDoNotExistAreRefusedAndCountNothing() {
    try (ServiceRig rig = new ServiceRig("default")) {
      ProblemException policy = rig.refusal(window(1).policy("defualt"));
      assertEquals(400, policy.status());
      assertTrue(policy.detail().contains("did you mean default"), policy.detail());
      ProblemException option = rig.refusal(window(1).option("moves", "3"));
      assertEquals(422, option.status(), option.detail());
      assertEquals(0, rig.service.models().get(0).history());
    }
  }

  @Test
  void aRequestThatThePolicyDoesNotPlanForIs422AndCountsOnce() {
    try (ServiceRig rig = new ServiceRig("default")) {
      for (int time = 0; time < 2; time++) {
        ProblemException refused = rig.refusal(window(1).policy("hierarchical").nodes(4).groups(2));
        assertEquals(422, refused.status(), refused.detail());
      }
      rig.ask(window(2));
      assertEquals(2, rig.latest().history());
    }
  }

  @Test
  void theOptionsOfTheSettingsHoldForTheConfiguredPolicyAlone() {
    PlanSettings settings =
        PlanSettings.builder(config("incremental"))
            .policyOptions(Map.of("max-moves-per-layer", "1"))
            .build();
    try (ServiceRig rig = new ServiceRig(settings, StateFolder.none())) {
      ExpertTable inForce = rig.ask(window(0).policy("static")).table().orElseThrow();
      rig.ask(window(1).current(Asks.current(inForce)));
      assertEquals("1", rig.latest().options().get("max-moves-per-layer"));
      assertTrue(rig.latest().moved() <= LAYERS);
      rig.ask(window(2).current(Asks.current(inForce)).option("max-moves-per-layer", "2"));
      assertEquals("2", rig.latest().options().get("max-moves-per-layer"));
    }
  }

  @Test
  void slotsAreAlignedIfTheEngineHasATable() {
    ScriptedPolicy.write(
        "turned",
        (table, load, context) -> {
          int[] row = new int[table.physicalExperts()];
          Placement.Builder turned = Placement.builder(table);
          for (int layer = 0; layer < table.layers(); layer++) {
            table.copyLayer(layer, row, 0);
            int first = row[0];
            row[0] = row[1];
            row[1] = first;
            turned.setLayer(layer, row, 0);
          }
          return Rebalance.of(true, new int[] {0, 1}, turned.build());
        });
    try (ServiceRig rig = new ServiceRig("static")) {
      ExpertTable inForce = rig.ask(window(0)).table().orElseThrow();
      assertTrue(rig.ask(scripted(1, "turned")).changed());
      assertFalse(rig.ask(scripted(1, "turned").current(Asks.current(inForce))).changed());
    }
  }

  @Test
  void theServiceEndsAfterThePlansUnderWay() throws InterruptedException {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    ScriptedPolicy.Script script =
        ScriptedPolicy.write(
            "last",
            (table, load, context) -> {
              begun.countDown();
              go.await();
              return swapped(table, 0);
            });
    ServiceRig rig = new ServiceRig("default");
    CompletableFuture<PlanAnswer> last = rig.service.plan(scripted(1, "last").build());
    begun.await();
    Thread closing = new Thread(rig::close);
    closing.start();
    while (rig.service.models().isEmpty() || !stopping(rig)) {
      Thread.onSpinWait();
    }
    assertFalse(last.isDone());
    go.countDown();
    assertTrue(Asks.answer(last).changed());
    closing.join();
    assertEquals(503, rig.refusal(window(2)).status());
    assertTrue(rig.refusal(window(2)).retryAfterSeconds().isPresent());
    assertThrows(ProblemException.class, () -> rig.service.reload(settings("default")));
    assertEquals(1, script.closed.size());
  }

  private static boolean stopping(ServiceRig rig) {
    CompletableFuture<PlanAnswer> probe =
        rig.service.plan(PlanAsk.ofLoad("probe", Asks.load(LAYERS, EXPERTS, 1)).build());
    return probe.isCompletedExceptionally();
  }

  @Test
  void aPlanThatDoesNotEndInTimeIsGivenUpWithAllThatWait() throws InterruptedException {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch never = new CountDownLatch(1);
    ScriptedPolicy.write(
        "endless",
        (table, load, context) -> {
          begun.countDown();
          never.await();
          return swapped(table, 0);
        });
    ServiceRig rig = new ServiceRig("default");
    CompletableFuture<PlanAnswer> endless = rig.service.plan(scripted(1, "endless").build());
    begun.await();
    CompletableFuture<PlanAnswer> behind = rig.service.plan(window(2).build());
    rig.service.close(Duration.ZERO);
    for (CompletableFuture<PlanAnswer> future : List.of(endless, behind)) {
      assertEquals(503, ((ProblemException) Asks.refusal(future)).status());
    }
  }

  @Test
  void policiesAreDescribedWithTheirOptions() {
    try (ServiceRig rig = new ServiceRig("default")) {
      PolicyDescription incremental =
          rig.service.policies().stream()
              .filter(policy -> policy.name().equals("incremental"))
              .findFirst()
              .orElseThrow();
      assertTrue(
          incremental.options().stream()
              .anyMatch(option -> option.name().equals("max-moves-per-layer")));
    }
  }
}
