package io.eplb.core.contract;

import io.eplb.api.MigrationBudget;
import io.eplb.api.contract.Rule;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** Jars whose answers break the contract. */
class HostileAnswerContractTest extends HostileFolder {
  @Test
  void aNullRejectsThePlan() throws IOException {
    assertRejected("return null;", "the answer is null");
  }

  @Test
  void p1AWrongShapeRejectsThePlan() throws IOException {
    assertRejected(
        "return Rebalance.of(true, new int[0], Placement.builder(5, 3, 4).build());", "P1: ");
  }

  @Test
  void p2AnExpertOutOfRangeRejectsItsLayer() throws IOException {
    assertLayerRejected(Rule.P2, "builder.set(2, 3, 1, 8);" + ANSWER);
  }

  @Test
  void p2ANegativeExpertRejectsItsLayer() throws IOException {
    assertLayerRejected(Rule.P2, "builder.set(2, 3, 1, -2147483648);" + ANSWER);
  }

  @Test
  void p3ALostExpertRejectsItsLayer() throws IOException {
    assertLayerRejected(Rule.P3, "builder.set(2, 1, 1, 1);" + ANSWER);
  }

  @Test
  void p4ADuplicateOnARankRejectsItsLayer() throws IOException {
    assertLayerRejected(Rule.P4, "builder.set(2, 3, 0, 2);" + ANSWER);
  }

  @Test
  void p5AChangedLayerThatIsNotMarkedIsRejected() throws IOException {
    assertLayerRejected(Rule.P5, "return Rebalance.of(true, new int[] {3}, builder.build());");
  }

  @Test
  void p6ALayerOverBudgetIsRejected() throws IOException {
    assertLayerRejected(
        Rule.P6,
        "builder.set(2, 2, 0, table.expertAt(2, 3, 0)).set(2, 3, 0, table.expertAt(2, 2, 0));"
            + ANSWER,
        MigrationBudget.of(2, 0));
  }

  @Test
  void p7AnotherAnswerEachTimeIsFoundByTheProbe() throws IOException {
    assertRejected(
        hostile(
            "private static int calls;",
            "return Rebalance.of(true, new int[] {calls++ % table.layers()},"
                + " Placement.builder(table).build());"),
        SETTINGS.withProbeDeterminism(true),
        "P7: two answers have different layer priorities");
  }

  @Test
  void p8ALateAnswerRejectsThePlan() throws IOException {
    assertRejected(
        hostile("", "while (!context.deadline().passed()) Thread.onSpinWait();" + SWAP + ANSWER),
        IMPATIENT,
        "P8: no answer within 250 ms");
  }

  @Test
  void p8SwallowingInterruptsAndLoopingRejectsThePlan() throws IOException {
    assertRejected(
        hostile(
            "",
            unlessOver("try { Thread.sleep(1); } catch (InterruptedException swallowed) {}")
                + "return Rebalance.unchanged(table);"),
        IMPATIENT,
        "P8: no answer within 250 ms");
  }

  @Test
  void p8TakingALockAndNeverReturningRejectsThePlan() throws IOException {
    assertRejected(
        hostile(
            "",
            "synchronized (Hostile.class) { "
                + unlessOver("Thread.onSpinWait();")
                + " } return Rebalance.unchanged(table);"),
        IMPATIENT,
        "P8: no answer within 250 ms");
  }

  @Test
  void p8LayersThatNeverEndRejectThePlan() throws IOException {
    assertRejected(
        hostile(
            "",
            "context.forEachLayer(table.layers(), () -> this, (layer, scratch) -> { "
                + unlessOver("Thread.onSpinWait();")
                + " }); return Rebalance.unchanged(table);"),
        IMPATIENT,
        "P8: no answer within 250 ms");
  }
}
