package io.eplb.api.kit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.eplb.api.EpTopology;
import io.eplb.api.EplbException;
import io.eplb.api.EplbPolicy;
import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.api.LayerRunner;
import io.eplb.api.PolicyOption;
import io.eplb.api.PolicyOptions;
import io.eplb.api.contract.Rule;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * The contract of {@link EplbPolicy} as tests: extend it, say how to make the policy, and every
 * rule is tried on clusters of many shapes. Test names begin with the number of the rule that they
 * try.
 *
 * <p>All cases follow from one seed, which is the same on every run. {@code -Deplb.kit.seed=N} (or
 * {@code random}) tries others, {@code -Deplb.kit.rounds=N} more or fewer random ones. A failure
 * names the smallest case of the seed that still fails, and the setting that makes it again.
 *
 * <p>Each test looks at one rule and passes over answers that another test has to refuse, so that
 * one mistake fails one test, as far as possible. Time in these tests advances when the policy
 * looks at it; nothing waits and nothing is measured.
 */
public abstract class EplbPolicyContract {
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]*");
  private static final int FEW = 12;
  private static final int SOME = 40;

  private final KitRun run;
  private final List<Scenario> cases;
  private final Subject subject;

  /** Makes the cases of the seed. */
  @SuppressWarnings("this-escape") // No policy is made before a test asks for one.
  protected EplbPolicyContract() {
    this.run = KitRun.fromSystemProperties();
    this.cases = Scenarios.of(run.seed(), run.rounds());
    this.subject = new Subject(this::newPolicy);
  }

  /** Makes a new instance of the policy, as {@link java.util.ServiceLoader} would. */
  protected abstract EplbPolicy newPolicy();

  /**
   * Returns whether the policy remembers earlier calls. If so, it gets one instance per runtime and
   * one call at a time, and is not tried otherwise; by default it does not.
   */
  protected boolean stateful() {
    return false;
  }

  /**
   * Returns whether the policy may break rule P4 with these options, as a mode that reproduces a
   * reference with that flaw does; by default never.
   *
   * @param options values that differ from the defaults in one option, or one of {@link
   *     #optionVariants()}
   */
  protected boolean mayPlaceDuplicates(PolicyOptions options) {
    return false;
  }

  /**
   * Returns whether the policy refuses clusters of this shape with an {@link
   * io.eplb.api.InvalidInputException}, as one that needs whole expert groups on a node does; by
   * default it refuses none. Such clusters are tried for the refusal alone.
   */
  protected boolean refuses(EpTopology topology) {
    return false;
  }

  /**
   * Returns further settings to try, each option name → value, beside both ends of every number,
   * every choice and every flag, which are tried one at a time; by default none.
   */
  protected List<Map<String, Object>> optionVariants() {
    return List.of();
  }

  /** The name can select the policy, and does not change. */
  @Test
  public final void theNameIsWellFormedAndStays() {
    String name = newPolicy().name();
    assertNotNull(name, "name() is null; it must match " + NAME);
    assertTrue(
        NAME.matcher(name).matches() && name.length() <= EplbPolicy.MAX_NAME_LENGTH,
        () ->
            "name() is '"
                + name
                + "'; it must match "
                + NAME
                + " and have at most "
                + EplbPolicy.MAX_NAME_LENGTH
                + " characters");
    assertEquals(name, newPolicy().name(), "name() must not differ between instances");
  }

  /** The options have names of their own and defaults in range, and do not change. */
  @Test
  public final void theOptionsAreWellDeclaredAndStay() {
    EplbPolicy policy = newPolicy();
    List<PolicyOption<?>> options = policy.options();
    PolicyOptions.defaults(options);
    assertEquals(
        options.toString(),
        policy.options().toString(),
        "options() must not differ between two calls");
    assertEquals(
        options.toString(),
        newPolicy().options().toString(),
        "options() must not differ between instances");
  }

  /**
   * Every cluster and load gets an answer and no exception; a cluster that the policy {@linkplain
   * #refuses refuses} gets an exception that says whose fault that is.
   */
  @Test
  public final void p1AnswersEveryLegalInputWithoutAnException() {
    assertTrue(
        cases.stream().anyMatch(scenario -> !refuses(scenario.topology())),
        "refuses() must let some clusters through; it is true for every one");
    SmallestCase.assertNoFault(
        subject.className(),
        run,
        cases,
        scenario ->
            refuses(scenario.topology())
                ? Judge.missingRefusal(subject.history(scenario))
                : Judge.exception(subject.history(scenario)));
  }

  /** The answer is never null, not even where there is nothing to do. */
  @Test
  public final void p1NeverAnswersNull() {
    assertNoFault(cases, scenario -> Judge.nullAnswer(subject.history(scenario)));
  }

  /** Layers, ranks and slots are those of the current table. */
  @Test
  public final void p1AnswersInTheShapeOfTheCurrentTable() {
    assertNoFault(cases, scenario -> Judge.shape(subject.history(scenario)));
  }

  /** No slot is left empty or holds an id that no expert has. */
  @Test
  public final void p2PlacesOnlyExpertsThatExist() {
    assertNoFault(cases, scenario -> Judge.breach(subject.history(scenario), Rule.P2));
  }

  /** No expert is lost. */
  @Test
  public final void p3PlacesEveryExpertInEveryLayer() {
    assertNoFault(cases, scenario -> Judge.breach(subject.history(scenario), Rule.P3));
  }

  /** No rank wastes a slot on a second replica where it could hold another expert. */
  @Test
  public final void p4PutsNoExpertTwiceOnARank() {
    PolicyOptions defaults = subject.defaults();
    assumeFalse(mayPlaceDuplicates(defaults), "duplicates are what the policy is for");
    assertNoFault(cases, scenario -> Judge.breach(subject.history(scenario), Rule.P4));
  }

  /** Layers outside the layer priority are as they were, slot for slot. */
  @Test
  public final void p5LeavesUnmarkedLayersAsTheyAre() {
    assertNoFault(cases, scenario -> Judge.breach(subject.history(scenario), Rule.P5));
  }

  /** Neither a layer nor a rank receives more than is allowed. */
  @Test
  public final void p6StaysWithinTheMigrationBudget() {
    assertNoFault(cases, scenario -> Judge.breach(subject.history(scenario), Rule.P6));
  }

  /** Two instances answer the same question alike. */
  @Test
  public final void p7TwoInstancesAnswerTheSameHistoryAlike() {
    assertNoFault(Scenarios.some(cases, SOME), new Repeatability(subject)::ofTwoInstances);
  }

  /** A layer's answer depends on neither the layers before it nor what is left in the scratch. */
  @Test
  public final void p7AnswersDoNotDependOnTheOrderOfLayers() {
    assertNoFault(Scenarios.some(cases, SOME), new Repeatability(subject)::amongSchedules);
  }

  /** One core or many: the answer is the same. */
  @Test
  public final void p7AnswersDoNotDependOnTheNumberOfThreads() {
    assertNoFault(Scenarios.some(cases, SOME), new Repeatability(subject)::amongThreads);
  }

  /** An instance of a stateless policy that answered other questions before answers the same. */
  @Test
  public final void p7AStatelessInstanceForgetsEarlierCalls() {
    assumeFalse(stateful(), "the policy is stateful");
    EplbPolicy used = newPolicy();
    for (Scenario other : Scenarios.some(cases, FEW)) {
      History unused = subject.history(used, other, LayerRunner.sequential());
    }
    Repeatability repeatability = new Repeatability(subject);
    assertNoFault(Scenarios.some(cases, SOME), scenario -> repeatability.afterUse(used, scenario));
  }

  /** Calls of a stateless policy that overlap answer as they do one after the other. */
  @Test
  public final void p7AStatelessInstanceServesManyThreadsAtOnce() {
    assumeFalse(stateful(), "the policy is stateful");
    Repeatability repeatability = new Repeatability(subject);
    List<Scenario> others = Scenarios.some(cases, 3);
    assertNoFault(
        Scenarios.some(cases, FEW),
        scenario -> repeatability.amongOverlappingCalls(scenario, others));
  }

  /** A policy without a deadline ends by itself, with an answer. */
  @Test
  public final void p8ComesToAnEndWhenTheDeadlineIsFarAway() {
    assertNoFault(Scenarios.some(cases, SOME), new Punctuality(subject)::withADay);
  }

  /**
   * A policy that searches until its deadline stops in time: an answer after the deadline is of no
   * use.
   */
  @Test
  public final void p8StopsBeforeADeadlineThatComesWhileItPlans() {
    assertNoFault(Scenarios.some(cases, FEW), new Punctuality(subject)::withLittleTime);
  }

  /**
   * A policy that has no time at all returns: with an answer that obeys the rules, or with an
   * {@link EplbException} that says why not.
   */
  @Test
  public final void p8ComesBackWhenTheDeadlineHasPassed() {
    boolean duplicatesAllowed = mayPlaceDuplicates(subject.defaults());
    Punctuality punctuality = new Punctuality(subject);
    assertNoFault(
        Scenarios.some(cases, SOME),
        scenario -> punctuality.withoutTime(scenario, duplicatesAllowed));
  }

  /** Rule I5 lets every declared value through, so the policy has to work with it. */
  @Test
  public final void i5WorksAtBothEndsOfEveryOptionAndWithEveryChoice() {
    List<PolicyOption<?>> options = subject.declaredOptions();
    List<Map<String, Object>> variants = new ArrayList<>(OptionVariants.oneAtATime(options));
    variants.addAll(optionVariants());
    for (Map<String, Object> variant : variants) {
      PolicyOptions chosen = PolicyOptions.of(options, variant);
      assertNoFault(
          Scenarios.some(cases, FEW),
          scenario -> {
            if (Judge.anything(subject.history(scenario), mayPlaceDuplicates(subject.defaults()))
                != null) {
              return null;
            }
            Fault fault =
                Judge.anything(subject.history(scenario, chosen), mayPlaceDuplicates(chosen));
            return fault == null
                ? null
                : new Fault("with " + variant + ", " + fault.what(), fault.call(), fault.layer());
          });
    }
  }

  /** Table and workload are the caller's: they are read, never written. */
  @Test
  public final void leavesWhatItWasGivenAsItWas() {
    assertNoFault(
        Scenarios.some(cases, SOME),
        scenario -> {
          for (Call call : subject.history(scenario).calls()) {
            ExpertTable table = scenario.firstTable();
            if (call.number() == 0 && !sameContent(table, call.table())) {
              return new Fault("the policy changed the current table", call, 0);
            }
            ExpertWorkload workload = scenario.workload(call.table(), call.number());
            if (!workload.equals(call.workload())) {
              return new Fault("the policy changed the workload", call, 0);
            }
          }
          return null;
        });
  }

  private static boolean sameContent(ExpertTable table, ExpertTable other) {
    int[] row = new int[table.physicalExperts()];
    int[] otherRow = new int[table.physicalExperts()];
    for (int layer = 0; layer < table.layers(); layer++) {
      table.copyLayer(layer, row, 0);
      other.copyLayer(layer, otherRow, 0);
      if (!Arrays.equals(row, otherRow)) {
        return false;
      }
    }
    return table.version() == other.version();
  }

  private void assertNoFault(List<Scenario> scenarios, Check check) {
    SmallestCase.assertNoFault(
        subject.className(),
        run,
        scenarios,
        scenario -> refuses(scenario.topology()) ? null : check.firstFault(scenario));
  }
}
