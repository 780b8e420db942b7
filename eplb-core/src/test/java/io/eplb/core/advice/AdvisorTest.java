package io.eplb.core.advice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.Dispatch;
import io.eplb.api.EpTopology;
import io.eplb.api.InvalidInputException;
import io.eplb.core.advice.Verdict.Reason;
import io.eplb.core.config.EplbConfig;
import io.eplb.core.config.Settings;
import io.eplb.core.contract.ContractSettings;
import io.eplb.core.load.LoadRecording;
import io.eplb.core.registry.DiscoveredPolicy;
import io.eplb.core.registry.PolicyRegistry;
import io.eplb.core.selection.PolicySelection;
import io.eplb.core.simulation.Contenders;
import io.eplb.core.simulation.MovePrice;
import io.eplb.core.simulation.StepTimeModel;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Advice of the shipped policies on loads whose right advice is known. */
class AdvisorTest {
  private static final int LAYERS = 3;
  private static final StepTimeModel READING = new StepTimeModel(1.0, 0.001, 10.0);
  private static final StepTimeModel COMPUTING = new StepTimeModel(1.0, 1.0, 0.0);

  private static PolicyRegistry registry;

  /** The tokens of an expert. */
  @FunctionalInterface
  private interface Load {
    double of(int window, int layer, int expert);
  }

  @BeforeAll
  static void findPolicies() {
    registry = PolicySelection.open(List.of(), EplbConfig.defaults());
  }

  @AfterAll
  static void closePolicies() {
    registry.close();
  }

  @Test
  void aFlatLoadNeedsNoBalancingAndNoSearch() {
    List<Integer> tried = new ArrayList<>();
    Advice advice =
        advisor(question(8, 16, 4, (window, layer, expert) -> 1000 + (window + expert) % 3), tried)
            .advise()
            .orElseThrow();
    assertEquals(Reason.FLAT, advice.verdict().reason());
    assertTrue(advice.verdict().because().contains("below 1.05"), advice.verdict().because());
    assertEquals(Optional.empty(), advice.findings());
    assertEquals(List.of(1), tried);
  }

  @Test
  void aHotExpertInEachLayerPaysWithOneMoreSlotPerRank() {
    List<Integer> tried = new ArrayList<>();
    Advisor advisor = advisor(question(8, 16, 4, AdvisorTest::hot), tried);
    Advice advice = advisor.advise().orElseThrow();
    assertEquals(Reason.PAYS, advice.verdict().reason());
    Findings findings = advice.findings().orElseThrow();
    assertEquals(4, findings.advised().candidate().redundantExperts());
    assertEquals(5, findings.advised().slotsPerRank());
    assertEquals(4, findings.advised().candidate().interval(), "the load stays as it is");
    assertFalse(advice.shifts());
    assertTrue(findings.advised().saving(advice.before().orElseThrow()) > 0.3);
    assertTrue(tried.size() <= advisor.most(), tried.size() + " of " + advisor.most());
  }

  @Test
  void redundancyEndsWhereItMust() {
    Question all = question(8, 16, 4, AdvisorTest::hot);
    Findings findings = advise(without(all)).findings().orElseThrow();
    assertEquals(1, findings.curve().points().size());
    assertEquals(0, findings.advised().candidate().redundantExperts());
  }

  @Test
  void hotExpertsThatAreOthersInEachWindowShiftTooFast() {
    List<Integer> experts = new ArrayList<>(IntStream.range(0, 16).boxed().toList());
    Question like =
        question(
            20,
            16,
            4,
            (window, layer, expert) -> {
              Collections.sort(experts);
              Collections.shuffle(experts, new Random(100L * window + layer));
              return experts.indexOf(expert) < 4 ? 4000 : 500;
            });
    Advice advice = advise(without(like));
    assertEquals(Reason.SHIFTS, advice.verdict().reason(), advice.verdict().because());
    assertTrue(advice.verdict().because().contains("shifts faster"), advice.verdict().because());
  }

  @Test
  void domainsThatFollowEachOtherArePlannedInEveryWindow() {
    Advice advice =
        advise(
            question(
                24,
                32,
                4,
                (window, layer, expert) ->
                    (expert + 5 * (window / 3)) % 32 < 4 ? 4000 + expert : 500));
    Findings findings = advice.findings().orElseThrow();
    assertTrue(
        findings.advised().candidate().interval() == 1 || advice.shifts(),
        advice.verdict().because());
  }

  @Test
  void expertsOneToARankLeaveNothingToArrangeWithoutRedundancy() {
    Question question =
        new Question(
            recording(8, 4, (window, layer, expert) -> expert == 1 ? 3000 : 1000),
            1,
            EpTopology.withRedundantExperts(4, 4, 1, 1, 0),
            0,
            Dispatch.EVEN,
            Optional.empty(),
            Optional.empty());
    assertEquals(Reason.FEW_EXPERTS, advise(question).verdict().reason());
  }

  @Test
  void threeWindowsAreTooFewAndTheAdviceSaysWhatToRecord() {
    Advice advice = advise(question(3, 16, 4, AdvisorTest::hot));
    assertEquals(Reason.TOO_SHORT, advice.verdict().reason());
    assertFalse(advice.verdict().answered());
    assertTrue(advice.verdict().because().contains("record 16"), advice.verdict().because());
  }

  @Test
  void aRecordingWithoutLoadHasNoAnswer() {
    Advice advice = advise(question(8, 16, 4, (window, layer, expert) -> 0));
    assertEquals(Reason.IDLE, advice.verdict().reason());
    assertEquals(Optional.empty(), advice.before());
  }

  @Test
  void tinyBatchesDoNotPayHoweverUneven() {
    Advice advice =
        advise(steps((window, layer, expert) -> expert < 4 ? 9 : expert % 2, Optional.empty()));
    assertEquals(Reason.TINY_BATCHES, advice.verdict().reason());
  }

  @Test
  void replicasThatAreReadForNothingAreNotAdvised() {
    Findings findings =
        advise(steps(AdvisorTest::hot, Optional.of(READING))).findings().orElseThrow();
    assertEquals(0, findings.curve().knee().candidate().redundantExperts());
    List<Trial> points = findings.curve().points();
    assertTrue(points.get(points.size() - 1).cost() > 1.5 * points.get(0).cost());
  }

  @Test
  void timeThatFollowsTokensPays() {
    Advice advice = advise(steps(AdvisorTest::hot, Optional.of(COMPUTING)));
    assertEquals(Reason.PAYS, advice.verdict().reason());
    assertEquals(Measure.TIME, advice.question().measure());
  }

  @Test
  void balanceThatReadingDwarfsSavesNoTime() {
    Advice advice =
        advise(steps(AdvisorTest::hot, Optional.of(new StepTimeModel(10_000, 0.001, 0.0))));
    assertEquals(Reason.NO_TIME, advice.verdict().reason());
    assertTrue(
        advice.verdict().because().contains("small part of the time"), advice.verdict().because());
  }

  @Test
  void movesHaveAPartInTheTimeOfSteps() {
    Question free = steps(AdvisorTest::drifting, Optional.of(COMPUTING));
    Question priced = priced(free, 1L << 40);
    assertEquals(Reason.PAYS, advise(free).verdict().reason());
    Trial advised = advise(priced).findings().orElseThrow().advised();
    assertEquals(advised.movedLater() > 0, advised.cost() > advised.serving());
    assertTrue(
        advise(free).findings().orElseThrow().policies().stream()
            .allMatch(trial -> Math.abs(trial.cost() - trial.serving()) < 1e-9));
    assertTrue(
        advise(priced).findings().orElseThrow().policies().stream()
            .anyMatch(trial -> trial.cost() > 2 * trial.serving()));
  }

  @Test
  void whereMovesHaveAPriceNoPolicyInAnyIntervalCostsLess() {
    Question question = priced(steps(AdvisorTest::unsteady, Optional.of(COMPUTING)), 14L << 24);
    Advice advice = advise(question);
    Findings findings = advice.findings().orElseThrow();
    assertEquals(Reason.PAYS, advice.verdict().reason(), advice.verdict().because());
    Trial advised = findings.advised();
    Rehearsal rehearsal = new Rehearsal(question, AdvisorTest::find);
    List<Trial> all = new ArrayList<>();
    for (DiscoveredPolicy policy : registry.policies()) {
      for (int interval : List.of(1, 2, 4)) {
        if (!policy.name().equals("static")) {
          rehearsal.of(advised.candidate().by(policy.name()).every(interval)).ifPresent(all::add);
        }
      }
    }
    assertTrue(all.size() >= 20, all.size() + " trials");
    assertEquals(advised.cost(), all.stream().mapToDouble(Trial::cost).min().orElseThrow());
    assertTrue(findings.policies().contains(advised));
    assertTrue(findings.intervals().contains(advised));
    assertTrue(advised.candidate().interval() > 1, advised.toString());
    String lazy =
        all.stream()
            .filter(trial -> trial.candidate().interval() == 1)
            .min(Comparator.comparingDouble(Trial::cost))
            .orElseThrow()
            .candidate()
            .policy();
    assertNotEquals(lazy, advised.candidate().policy(), "the example shows nothing");
  }

  @Test
  void theMovesOfAPlanAreSharedOutToItsWindows() {
    Question free = steps(AdvisorTest::unsteady, Optional.of(COMPUTING));
    Candidate candidate = new Candidate("default", 4, 4, Dispatch.EVEN);
    List<Double> serving =
        new Rehearsal(free, AdvisorTest::find).of(candidate).orElseThrow().costs();
    List<Double> costs =
        new Rehearsal(priced(free, 1L << 24), AdvisorTest::find)
            .of(candidate)
            .orElseThrow()
            .costs();
    double moves = costs.get(0) - serving.get(0);
    assertTrue(moves > 0, costs.toString());
    for (int window = 1; window < 4; window++) {
      assertEquals(moves, costs.get(window) - serving.get(window), 1e-9 * costs.get(window));
    }
  }

  @Test
  void aPolicyThatRefusesTheGroupIsNamedAndTheOthersAreTried() {
    Question like = question(8, 16, 4, AdvisorTest::hot);
    Question question =
        new Question(
            like.recording(),
            1,
            EpTopology.withRedundantExperts(16, 4, 4, 2, 0),
            4,
            Dispatch.EVEN,
            Optional.empty(),
            Optional.empty());
    Findings findings = advise(question).findings().orElseThrow();
    assertEquals(List.of("hierarchical"), findings.refusing());
    assertTrue(findings.policies().size() > 3);
    assertTrue(findings.hierarchy().isPresent());
  }

  @Test
  void theOtherDispatchesAreTriedWithReplicas() {
    Findings findings =
        advise(steps(AdvisorTest::hot, Optional.of(READING))).findings().orElseThrow();
    assertEquals(
        List.of(Dispatch.EVEN, Dispatch.LP, Dispatch.SINGLE),
        findings.dispatches().stream().map(trial -> trial.candidate().dispatch()).toList());
    assertEquals(4, findings.dispatches().get(1).candidate().redundantExperts());
  }

  @Test
  void noPolicyBeatsTheOneThatIsShownWithARedundancyOrUnderADispatch() {
    Question question = question(8, 16, 4, AdvisorTest::unsteady);
    Findings findings = advise(question).findings().orElseThrow();
    Rehearsal rehearsal = new Rehearsal(question, AdvisorTest::find);
    List<Trial> shown = new ArrayList<>(findings.curve().points());
    shown.addAll(findings.dispatches());
    for (Trial trial : shown) {
      for (DiscoveredPolicy policy : registry.policies()) {
        Optional<Trial> other = rehearsal.of(trial.candidate().by(policy.name()));
        assertTrue(
            other.isEmpty() || !Noise.below(other.get(), trial), () -> other + " beats " + trial);
      }
    }
    assertTrue(
        shown.stream().map(trial -> trial.candidate().policy()).distinct().count() > 1,
        "the example shows nothing");
  }

  @Test
  void everyFigureIsOfTheHeldBackWindows() {
    Question question =
        question(9, 16, 4, (window, layer, expert) -> window < 5 ? 1000 : hot(window, 0, expert));
    assertEquals(5, question.taught());
    Advice advice = advise(question);
    Trial before = advice.before().orElseThrow();
    assertEquals(4, before.costs().size());
    assertTrue(before.costs().stream().allMatch(cost -> cost > 1.3), before.costs().toString());
  }

  @Test
  void equalQuestionsGetEqualAdvice() {
    Question question = question(8, 16, 4, AdvisorTest::hot);
    assertEquals(advise(question), advise(question));
  }

  @Test
  void anAdviceThatIsStoppedIsNone() {
    Advisor advisor = advisor(question(8, 16, 4, AdvisorTest::hot), new ArrayList<>());
    advisor.stop();
    assertEquals(Optional.empty(), advisor.advise());
  }

  @Test
  void withoutPoliciesThereIsNoAdvice() {
    Question question = question(8, 16, 4, AdvisorTest::hot);
    Advisor advisor = new Advisor(question, List.of(), AdvisorTest::find, (done, outOf) -> {});
    assertThrows(InvalidInputException.class, advisor::advise);
  }

  @Test
  void aGroupOfOtherExpertsIsRefused() {
    LoadRecording recording = recording(8, 16, AdvisorTest::hot);
    assertThrows(
        InvalidInputException.class,
        () ->
            new Question(
                recording,
                1,
                EpTopology.withRedundantExperts(8, 4, 1, 1, 0),
                0,
                Dispatch.EVEN,
                Optional.empty(),
                Optional.empty()));
  }

  /** One expert of each layer has as much load as four others. */
  private static double hot(int window, int layer, int expert) {
    return expert == (5 * layer + 3) % 16 ? 4000 : 1000 + (window + 3 * expert) % 7;
  }

  /** Hot experts that stay, and noise that makes a plan for every window look worth its moves. */
  private static double unsteady(int window, int layer, int expert) {
    double hot = expert / 4 == layer ? 4000 : 1000;
    return hot + new Random(1000L * window + 100L * layer + expert).nextInt(1500);
  }

  private static Question priced(Question free, long expertBytes) {
    return new Question(
        free.recording(),
        free.stepsPerWindow(),
        free.present(),
        free.maxRedundant(),
        free.dispatch(),
        free.stepTime(),
        Optional.of(new MovePrice(expertBytes, 400.0)));
  }

  private static double drifting(int window, int layer, int expert) {
    return expert == (5 * layer + window / 16) % 16 ? 8000 : 1000;
  }

  private static Question question(int windows, int experts, int ranks, Load load) {
    return new Question(
        recording(windows, experts, load),
        1,
        EpTopology.withRedundantExperts(experts, ranks, 1, 1, 0),
        experts,
        Dispatch.EVEN,
        Optional.empty(),
        Optional.empty());
  }

  /** Returns a question about no redundant experts. */
  private static Question without(Question like) {
    return new Question(
        like.recording(), 1, like.present(), 0, Dispatch.EVEN, Optional.empty(), Optional.empty());
  }

  private static Question steps(Load load, Optional<StepTimeModel> model) {
    return new Question(
        recording(32, 16, load),
        4,
        EpTopology.withRedundantExperts(16, 4, 1, 1, 0),
        16,
        Dispatch.EVEN,
        model,
        Optional.empty());
  }

  private static LoadRecording recording(int windows, int experts, Load load) {
    double[] tokens = new double[windows * LAYERS * experts];
    int at = 0;
    for (int window = 0; window < windows; window++) {
      for (int layer = 0; layer < LAYERS; layer++) {
        for (int expert = 0; expert < experts; expert++) {
          tokens[at++] = load.of(window, layer, expert);
        }
      }
    }
    return LoadRecording.of(windows, LAYERS, experts, tokens);
  }

  private static Advice advise(Question question) {
    return advisor(question, new ArrayList<>()).advise().orElseThrow();
  }

  private static Advisor advisor(Question question, List<Integer> tried) {
    return new Advisor(
        question,
        registry.policies().stream().map(DiscoveredPolicy::name).toList(),
        AdvisorTest::find,
        (done, outOf) -> tried.add(done));
  }

  private static Contenders.Entrant find(String policy, Dispatch dispatch) {
    return new Contenders(
            registry,
            ContractSettings.defaults(),
            EplbConfig.defaults().with(Settings.DISPATCH, dispatch.label()),
            0)
        .find(policy, policy, Map.of());
  }
}
