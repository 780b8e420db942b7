package io.eplb.api.kit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.eplb.api.Deadline;
import io.eplb.api.EplbException;
import io.eplb.api.EplbPolicy;
import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.api.LayerRunner;
import io.eplb.api.Placement;
import io.eplb.api.PolicyOption;
import io.eplb.api.PolicyOptions;
import io.eplb.api.contract.Rule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
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
 * one mistake fails one test, as far as possible. Time in these tests passes by being looked at;
 * nothing waits and nothing is measured.
 */
public abstract class EplbPolicyContract {
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]*");
  private static final int FEW = 12;
  private static final int SOME = 40;

  /** Deadlines that come while a policy plans are so many looks at the clock away. */
  private static final int LOOKS_TO_THE_DEADLINE = 10_000;

  private static final long STEP_NANOS = 10_000;

  private final KitRun run;
  private final List<Scenario> cases;
  private @Nullable List<PolicyOption<?>> declared;

  /** Makes the cases of the seed. */
  protected EplbPolicyContract() {
    this.run = KitRun.fromSystemProperties();
    this.cases = Scenarios.of(run.seed(), run.rounds());
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

  /** Whatever the cluster and the load: an answer, not an exception. */
  @Test
  public final void p1AnswersEveryLegalInputWithoutAnException() {
    assertNoFault(cases, scenario -> Judge.exception(history(scenario)));
  }

  /** Not even where there is nothing to do. */
  @Test
  public final void p1NeverAnswersNull() {
    assertNoFault(cases, scenario -> Judge.nullAnswer(history(scenario)));
  }

  /** Layers, ranks and slots are those of the current table. */
  @Test
  public final void p1AnswersInTheShapeOfTheCurrentTable() {
    assertNoFault(cases, scenario -> Judge.shape(history(scenario)));
  }

  /** No slot is left empty or holds an id that no expert has. */
  @Test
  public final void p2PlacesOnlyExpertsThatExist() {
    assertNoFault(cases, scenario -> Judge.breach(history(scenario), Rule.P2));
  }

  /** No expert is lost. */
  @Test
  public final void p3PlacesEveryExpertInEveryLayer() {
    assertNoFault(cases, scenario -> Judge.breach(history(scenario), Rule.P3));
  }

  /** Memory is not wasted where there is another expert to hold. */
  @Test
  public final void p4PutsNoExpertTwiceOnARank() {
    PolicyOptions defaults = defaults();
    assumeFalse(mayPlaceDuplicates(defaults), "duplicates are what the policy is for");
    assertNoFault(cases, scenario -> Judge.breach(history(scenario), Rule.P4));
  }

  /** Layers outside the layer priority are as they were, slot for slot. */
  @Test
  public final void p5LeavesUnmarkedLayersAsTheyAre() {
    assertNoFault(cases, scenario -> Judge.breach(history(scenario), Rule.P5));
  }

  /** Neither a layer nor a rank receives more than is allowed. */
  @Test
  public final void p6StaysWithinTheMigrationBudget() {
    assertNoFault(cases, scenario -> Judge.breach(history(scenario), Rule.P6));
  }

  /** Two instances that were asked the same say the same. */
  @Test
  public final void p7TwoInstancesAnswerTheSameHistoryAlike() {
    assertNoFault(
        Scenarios.some(cases, SOME),
        scenario ->
            difference(
                "two instances with the same history answered differently",
                history(scenario),
                history(scenario)));
  }

  /** A layer's answer depends on neither the layers before it nor what is left in the scratch. */
  @Test
  public final void p7AnswersDoNotDependOnTheOrderOfLayers() {
    assertNoFault(
        Scenarios.some(cases, SOME),
        scenario -> {
          for (LayerSchedule schedule : LayerSchedule.ON_ONE_THREAD) {
            Fault fault =
                reproducible(scenario)
                    ? difference(
                        "run "
                            + schedule
                            + ", layers came out differently than one after the other",
                        history(scenario),
                        historyOf(newPolicy(), scenario, defaults(), schedule))
                    : null;
            if (fault != null) {
              return fault;
            }
          }
          return null;
        });
  }

  /** One core or many: the answer is the same. */
  @Test
  public final void p7AnswersDoNotDependOnTheNumberOfThreads() {
    assertNoFault(
        Scenarios.some(cases, SOME),
        scenario ->
            reproducible(scenario)
                ? difference(
                    "four threads at once led to another answer than one thread",
                    historyOf(newPolicy(), scenario, defaults(), LayerSchedule.WORKER_BY_WORKER),
                    historyOf(newPolicy(), scenario, defaults(), LayerSchedule.FOUR_WORKERS))
                : null);
  }

  /** An instance of a stateless policy that was asked other things before says the same. */
  @Test
  public final void p7AStatelessInstanceForgetsEarlierCalls() {
    assumeFalse(stateful(), "the policy is stateful");
    EplbPolicy used = newPolicy();
    for (Scenario other : Scenarios.some(cases, FEW)) {
      historyOf(used, other, defaults(), LayerRunner.sequential());
    }
    assertNoFault(
        Scenarios.some(cases, SOME),
        scenario ->
            reproducible(scenario)
                ? difference(
                    "an instance that was used before answered differently from a new one;"
                        + " is it stateful()?",
                    history(scenario),
                    historyOf(used, scenario, defaults(), LayerRunner.sequential()))
                : null);
  }

  /** Calls of a stateless policy that overlap say what they say one after the other. */
  @Test
  public final void p7AStatelessInstanceServesManyThreadsAtOnce() {
    assumeFalse(stateful(), "the policy is stateful");
    assertNoFault(
        Scenarios.some(cases, FEW),
        scenario -> reproducible(scenario) ? differenceAmongThreads(scenario) : null);
  }

  /** With all the time in the world it comes to an end by itself, with an answer. */
  @Test
  public final void p8ComesToAnEndWhenTheDeadlineIsFarAway() {
    assertNoFault(
        Scenarios.some(cases, SOME), scenario -> lateness(scenario, Deadline.MAX.toNanos()));
  }

  /**
   * A policy that goes on for as long as it may stops in time: when the deadline has passed, its
   * answer is of no use to anyone.
   */
  @Test
  public final void p8StopsBeforeADeadlineThatComesWhileItPlans() {
    assertNoFault(
        Scenarios.some(cases, FEW),
        scenario -> lateness(scenario, LOOKS_TO_THE_DEADLINE * STEP_NANOS));
  }

  /**
   * When there is no time at all, it comes back: with an answer that obeys the rules, or with an
   * {@link EplbException} that says why not.
   */
  @Test
  public final void p8ComesBackWhenTheDeadlineHasPassed() {
    assertNoFault(Scenarios.some(cases, SOME), this::behaviourWithoutTime);
  }

  /** Rule I5 lets every declared value through, so the policy has to work with it. */
  @Test
  public final void i5WorksAtBothEndsOfEveryOptionAndWithEveryChoice() {
    List<PolicyOption<?>> options = declaredOptions();
    List<Map<String, Object>> variants = new ArrayList<>(OptionVariants.oneAtATime(options));
    variants.addAll(optionVariants());
    for (Map<String, Object> variant : variants) {
      PolicyOptions chosen = PolicyOptions.of(options, variant);
      assertNoFault(
          Scenarios.some(cases, FEW),
          scenario -> {
            if (Judge.anything(history(scenario), mayPlaceDuplicates(defaults())) != null) {
              return null;
            }
            Fault fault =
                Judge.anything(
                    historyOf(newPolicy(), scenario, chosen, LayerRunner.sequential()),
                    mayPlaceDuplicates(chosen));
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
          for (Call call : history(scenario).calls()) {
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
    SmallestCase.assertNoFault(newPolicy().getClass().getName(), run, scenarios, check);
  }

  /** Broken declarations have a test of their own; the others go on without options. */
  private List<PolicyOption<?>> declaredOptions() {
    List<PolicyOption<?>> known = declared;
    if (known == null) {
      try {
        known = newPolicy().options();
        PolicyOptions.defaults(known);
      } catch (RuntimeException broken) {
        known = List.of();
      }
      declared = known;
    }
    return known;
  }

  private PolicyOptions defaults() {
    return PolicyOptions.defaults(declaredOptions());
  }

  private History history(Scenario scenario) {
    return historyOf(newPolicy(), scenario, defaults(), LayerRunner.sequential());
  }

  private static History historyOf(
      EplbPolicy policy, Scenario scenario, PolicyOptions options, LayerRunner runner) {
    return History.of(
        policy, scenario, () -> scenario.context(options).layerRunner(runner).build());
  }

  private boolean reproducible(Scenario scenario) {
    return history(scenario).firstDifference(history(scenario)) == null;
  }

  private static @Nullable Fault difference(String what, History expected, History actual) {
    Call call = expected.firstDifference(actual);
    if (call == null) {
      return null;
    }
    Call other = actual.calls().size() > call.number() ? actual.calls().get(call.number()) : null;
    return new Fault(
        "P7: " + what + ": " + outcome(call) + " and " + outcome(other),
        call,
        layerOf(call, other));
  }

  private static String outcome(@Nullable Call call) {
    if (call == null) {
      return "nothing";
    }
    return call.thrown() != null ? call.thrown().toString() : String.valueOf(call.answer());
  }

  private static int layerOf(Call call, @Nullable Call other) {
    if (other != null && call.usableAnswer() != null && other.usableAnswer() != null) {
      Placement here = call.usableAnswer().newPlacement();
      Placement there = other.usableAnswer().newPlacement();
      int[] row = new int[here.physicalExperts()];
      int[] otherRow = new int[here.physicalExperts()];
      for (int layer = 0; layer < here.layers(); layer++) {
        here.copyLayer(layer, row, 0);
        there.copyLayer(layer, otherRow, 0);
        if (!Arrays.equals(row, otherRow)) {
          return layer;
        }
      }
    }
    return 0;
  }

  private @Nullable Fault differenceAmongThreads(Scenario scenario) {
    List<Scenario> mixed = new ArrayList<>(Scenarios.some(cases, 3));
    mixed.add(0, scenario);
    EplbPolicy usedInTurn = newPolicy();
    List<History> expected = new ArrayList<>();
    for (Scenario each : mixed) {
      History inTurn = historyOf(usedInTurn, each, defaults(), LayerRunner.sequential());
      if (!reproducible(each) || inTurn.firstDifference(history(each)) != null) {
        return null;
      }
      expected.add(inTurn);
    }
    EplbPolicy shared = newPolicy();
    Meeting meeting = new Meeting(mixed.size());
    History[] actual = new History[mixed.size()];
    List<Runnable> tasks = new ArrayList<>();
    for (int member = 0; member < actual.length; member++) {
      int index = member;
      tasks.add(
          () -> {
            actual[index] = historyOf(shared, mixed.get(index), defaults(), meeting);
            meeting.leave();
          });
    }
    Crew.runTogether(tasks);
    for (int member = 0; member < actual.length; member++) {
      Fault fault =
          difference(
              "called by several threads at once, the policy answered differently from one call"
                  + " after the other; is it stateful()?",
              expected.get(member),
              actual[member]);
      if (fault != null) {
        return fault;
      }
    }
    return null;
  }

  private @Nullable Fault lateness(Scenario scenario, long nanos) {
    if (Judge.anything(history(scenario), true) != null) {
      return null;
    }
    List<SteppingClock> clocks = new ArrayList<>();
    History history =
        History.of(
            newPolicy(),
            scenario,
            () -> {
              SteppingClock clock = new SteppingClock(STEP_NANOS, 20L * LOOKS_TO_THE_DEADLINE);
              clocks.add(clock);
              return scenario
                  .context(defaults())
                  .deadline(Deadline.in(Duration.ofNanos(nanos), clock))
                  .build();
            });
    for (Call call : history.calls()) {
      if (call.answer() == null) {
        return new Fault("P8: under a deadline, the policy gave " + outcome(call), call, 0);
      }
      if (clocks.get(call.number()).now() >= nanos) {
        return new Fault(
            "P8: the answer comes when the deadline has passed; stop while time remains", call, 0);
      }
    }
    return null;
  }

  private @Nullable Fault behaviourWithoutTime(Scenario scenario) {
    boolean duplicatesAllowed = mayPlaceDuplicates(defaults());
    if (Judge.anything(history(scenario), duplicatesAllowed) != null) {
      return null;
    }
    History history =
        History.of(
            newPolicy(),
            scenario,
            () ->
                scenario
                    .context(defaults())
                    .deadline(
                        Deadline.in(
                            Duration.ZERO, new SteppingClock(STEP_NANOS, LOOKS_TO_THE_DEADLINE)))
                    .build());
    Fault exception = Judge.exception(history);
    if (exception != null && exception.call().thrown() instanceof EplbException) {
      return null;
    }
    Fault fault = Judge.anything(history, duplicatesAllowed);
    return fault == null
        ? null
        : new Fault(
            "P8: when the deadline has passed, " + fault.what(), fault.call(), fault.layer());
  }
}
