package io.eplb.core.isolation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.eplb.api.Dispatch;
import io.eplb.api.EpRanks;
import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.api.LayerEnd;
import io.eplb.api.LayerRunner;
import io.eplb.api.LoadPhase;
import io.eplb.api.MigrationBudget;
import io.eplb.api.Placement;
import io.eplb.api.PolicyContext;
import io.eplb.api.PolicyOption;
import io.eplb.api.PolicyOptions;
import io.eplb.api.Rebalance;
import io.eplb.api.TransferCosts;
import io.eplb.api.UnsupportedRequestException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Questions, answers, failures and ends of layers arrive as they were. */
class PlanCodecTest {
  private static final EpTopology TOPOLOGY = EpTopology.of(4, 3, 1, 2, 2);
  private static final ExpertTable TABLE =
      ExpertTable.of(5, 4, Placement.of(2, 3, 2, new int[] {0, 1, 2, 3, 0, -1, 3, 2, 1, 0, 3, -1}));
  private static final List<PolicyOption<?>> OPTIONS =
      List.of(
          PolicyOption.integer("depth", 4, -1, 8, "How deep to search."),
          PolicyOption.decimal("share", 0.25, 0, 1, "Which share."),
          PolicyOption.flag("fast", true, "Less careful."),
          PolicyOption.text("label", "x", "A text."));

  private static QuestionCodec.Question arrived(ExpertWorkload workload, PolicyContext context)
      throws MalformedFrameException {
    return QuestionCodec.read(
        QuestionCodec.write(TABLE, workload, context).flipped(), OPTIONS, LayerRunner.sequential());
  }

  @Test
  void aQuestionWithEverythingArrivesAsItWasAsked() throws Exception {
    double[] tokens = new double[2 * 2 * 6];
    Arrays.setAll(tokens, at -> at % 6 == 5 ? 0 : at + 0.5);
    ExpertWorkload workload =
        ExpertWorkload.of(5, 2, 2, 3, 2, tokens)
            .withWindowIds(17)
            .withWeights(new double[] {0.5, 0.25, 1, 2});
    PolicyContext context =
        PolicyContext.builder(TOPOLOGY)
            .options(PolicyOptions.of(OPTIONS, Map.of("depth", -1L, "fast", false, "label", "ä")))
            .seed(Long.MIN_VALUE)
            .migrationBudget(MigrationBudget.of(3, 2))
            .ranks(
                EpRanks.builder(TOPOLOGY)
                    .usableSlots(2, 1)
                    .speed(1, 0.5)
                    .failureDomain(0, 2)
                    .build())
            .costs(TransferCosts.of(1 << 20, 1e-9, 2e-9))
            .loadPhase(LoadPhase.DECODE)
            .dispatch(Dispatch.SINGLE)
            .hints(Map.of("zone", "b", "empty", ""))
            .build();
    QuestionCodec.Question question = arrived(workload, context);
    assertEquals(TABLE, question.table());
    assertEquals(workload, question.workload());
    assertEquals(17, question.workload().windowId(0));
    assertEquals(0.25, question.workload().weight(0, 1));
    assertEquals(true, question.workload().measuredPerSlot());
    PolicyContext got = question.context();
    assertEquals(context.toString(), got.toString());
    assertEquals(context.ranks(), got.ranks());
    assertEquals(context.costs(), got.costs());
    assertEquals(context.hints(), got.hints());
    assertEquals(context.loadPhase(), got.loadPhase());
    assertEquals(context.dispatch(), got.dispatch());
    assertEquals(context.migrationBudget(), got.migrationBudget());
    assertEquals(context.options().asMap(), got.options().asMap());
  }

  @Test
  void anEvenSplitArrivesAsOne() throws Exception {
    ExpertWorkload workload =
        ExpertWorkload.ofExpertLoads(TABLE, new double[] {1, 2, 3, 4, 5, 6, 7, 8});
    PolicyContext context =
        PolicyContext.builder(TOPOLOGY)
            .options(PolicyOptions.defaults(OPTIONS))
            .ranks(EpRanks.of(TOPOLOGY, TABLE))
            .migrationBudget(MigrationBudget.FREE)
            .build();
    QuestionCodec.Question question = arrived(workload, context);
    assertEquals(workload, question.workload());
    assertEquals(false, question.workload().measuredPerSlot());
    assertEquals(MigrationBudget.FREE, question.context().migrationBudget());
    assertEquals(false, question.context().deadline().limited());
  }

  @Test
  void anAnswerWithEverythingArrivesAsItWasGiven() throws Exception {
    Rebalance answer =
        Rebalance.builder(new int[] {1, 0}, TABLE.placement())
            .expectedPeak(1, 3.5, 2.5)
            .shares(0, new double[] {0.5, 1, 1, 1, 0.5, 0}, 0)
            .sources(1, new int[] {0, -1, 1, 1, -1, -1}, 0)
            .build();
    Rebalance arrived = AnswerCodec.read(AnswerCodec.write(answer).flipped(), TABLE);
    assertEquals(answer, arrived);
    assertArrayEquals(answer.layerPriority(), arrived.layerPriority());
    assertEquals(2.5, arrived.expectedPeakAfter(1));
  }

  @Test
  void anAnswerThatIsNoAnswerIsRefused() {
    Frame twice =
        Frame.of(Frame.Kind.ANSWERED).put(true).put(new int[] {0, 0}).put(2).put(3).put(2);
    twice.put(new int[12]);
    for (int layer = 0; layer < 2; layer++) {
      twice.put(false).put(false).put(false);
    }
    assertThrows(MalformedFrameException.class, () -> AnswerCodec.read(twice.flipped(), TABLE));
  }

  @Test
  void endsOfLayersArriveInTheirOrder() throws Exception {
    List<LayerEnd> ends =
        List.of(
            LayerEnd.of(3, LayerEnd.Outcome.COMMITTED, 8),
            LayerEnd.of(1, LayerEnd.Outcome.NOT_WORTH_IT, 8));
    assertEquals(ends, LayerEndCodec.read(LayerEndCodec.write(ends).flipped()));
  }

  @Test
  void aRefusalStaysARefusal() throws Exception {
    RuntimeException refusal =
        FailureCodec.read(
            FailureCodec.write(new UnsupportedRequestException("4 nodes need 4 groups")).flipped());
    assertEquals("4 nodes need 4 groups", refusal.getMessage());
    assertEquals(UnsupportedRequestException.class, refusal.getClass());
  }
}
