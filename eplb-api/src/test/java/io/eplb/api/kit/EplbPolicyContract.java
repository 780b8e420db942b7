package io.eplb.api.kit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.eplb.api.Dispatch;
import io.eplb.api.EpTopology;
import io.eplb.api.EplbException;
import io.eplb.api.EplbPolicy;
import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.api.LayerRunner;
import io.eplb.api.PolicyOption;
import io.eplb.api.PolicyOptions;
import io.eplb.api.PolicyTraits;
import io.eplb.api.Rebalance;
import io.eplb.api.contract.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/**
 * The contract of {@link EplbPolicy} as tests: extend it, say how to make the policy, and every
 * rule is tried on clusters of many shapes. Test names begin with the number of the rule that they
 * try.
 *
 * <p>Tests whose names begin with {@code aim} try what a policy is for: it lowers the peaks of rank
 * loads. A policy with another purpose overrides {@link #lowersPeaks()}.
 *
 * <p>All cases follow from one seed, which is the same on every run. {@code -Deplb.kit.seed=N} (or
 * {@code random}) tries others, {@code -Deplb.kit.rounds=N} more or fewer random ones. A failure
 * names the smallest case that still fails, and the settings that try just that case again.
 *
 * <p>Each test looks at one rule and passes over answers that another test has to refuse, so that
 * one mistake fails one test, as far as possible. Time in these tests advances when the policy
 * looks at it; nothing waits. One test measures, and compares with a sort in the same run.
 */
public abstract class EplbPolicyContract {
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]*");
  private static final int FEW = 12;
  private static final int SOME = 40;

  /** The least number of pairs of layers that say something about the order of a list. */
  private static final int TELLING_PAIRS = 20;

  /** The slowness of each policy by its class name, measured once for all tests. */
  private static final Map<String, Double> SLOWNESS = new ConcurrentHashMap<>();

  private final KitRun run;
  private final Subject subject;
  private String test = getClass().getSimpleName();

  /** Reads the settings of the run; no policy is made before a test asks for one. */
  @SuppressWarnings("this-escape") // The supplier is not called here.
  protected EplbPolicyContract() {
    this.run = KitRun.fromSystemProperties();
    this.subject = new Subject(this::newPolicy);
  }

  /** Remembers the test that runs, for the line that replays it. */
  @BeforeEach
  final void nameTheTest(TestInfo info) {
    test =
        getClass().getSimpleName()
            + info.getTestMethod().map(method -> "#" + method.getName()).orElse("");
  }

  /** Makes a new instance of the policy, as {@link java.util.ServiceLoader} would. */
  protected abstract EplbPolicy newPolicy();

  /**
   * Returns whether the policy plans for ranks that are slow, dead or short of slots; by default it
   * does. The core rejects the layers of a policy that does not, once a rank is dead.
   */
  protected boolean servesUnequalRanks() {
    return true;
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
   * io.eplb.api.UnsupportedRequestException}, as one that needs whole expert groups on a node does;
   * by default it refuses none. Such clusters are tried for the refusal alone.
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

  /**
   * Returns further clusters to try, beside those at the edges and the random ones; by default
   * none.
   */
  protected List<EpTopology> shapes() {
    return List.of();
  }

  /**
   * Judges an answer by a rule of the policy's own; by default there is none. The kit asks on every
   * case and looks for the smallest one that breaks the rule.
   *
   * @param answer has the shape of the table
   * @return what is wrong, in a clause, or null if nothing is
   */
  protected @Nullable String breachOfOwnRule(
      ExpertTable table, ExpertWorkload workload, EpTopology topology, Rebalance answer) {
    return null;
  }

  /**
   * Returns whether the policy is there to lower the peaks of rank loads; by default it is. A
   * policy with another purpose is not tried for its aims.
   */
  protected boolean lowersPeaks() {
    return true;
  }

  /**
   * Returns whether a plan may leave the peaks of the layers that it changes higher in sum, as one
   * that plans from scratch, or under a restriction that the current table does not keep, may; by
   * default it may not.
   */
  protected boolean mayRaisePeaks() {
    return false;
  }

  /**
   * Returns the names of options that change no answer to one or a few calls, such as a number of
   * threads or a limit that only a long history reaches; by default none. They are not tried for
   * their effect.
   */
  protected Set<String> optionsWithoutVisibleEffect() {
    return Set.of();
  }

  /**
   * Returns the longest time of a call on a cluster of 4 ranks × 5 slots and 2 layers, in units of
   * sorting its loads once; by default 10,000, which is some milliseconds.
   */
  protected double slowestCallInSorts() {
    return 10_000;
  }

  /**
   * Returns whether the kit may start another virtual machine with this class path; by default it
   * may. It compares answers between the two.
   */
  protected boolean startsAnotherMachine() {
    return true;
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

  /** The traits are there and do not change. */
  @Test
  public final void theTraitsAreThereAndStay() {
    EplbPolicy policy = newPolicy();
    PolicyTraits traits = policy.traits();
    assertNotNull(traits, "traits() is null; by default it is PolicyTraits.DEFAULT");
    assertEquals(traits, policy.traits(), "traits() must not differ between two calls");
    assertEquals(traits, newPolicy().traits(), "traits() must not differ between instances");
  }

  /**
   * Every cluster and load gets an answer and no exception; a cluster that the policy {@linkplain
   * #refuses refuses} gets an exception that says whose fault that is.
   */
  @Test
  public final void p1AnswersEveryLegalInputWithoutAnException() {
    List<Scenario> cases = cases();
    assertTrue(
        run.only() != null || cases.stream().anyMatch(scenario -> !refuses(scenario.topology())),
        "refuses() must let some clusters through; it is true for every one");
    SmallestCase.assertNoFault(
        subject.className(),
        test,
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
    assertNoFault(cases(), scenario -> Judge.nullAnswer(subject.history(scenario)));
  }

  /** Whatever becomes of the layers of a plan, the policy hears of it and goes on. */
  @Test
  public final void p1TakesEveryEndOfALayerWithoutAnException() {
    assertNoFault(Scenarios.some(cases(), SOME), scenario -> Ends.firstFault(subject, scenario));
  }

  /** Layers, ranks and slots are those of the current table. */
  @Test
  public final void p1AnswersInTheShapeOfTheCurrentTable() {
    assertNoFault(cases(), scenario -> Judge.shape(subject.history(scenario)));
  }

  /**
   * No slot holds an id that no expert has. Slots that their rank cannot use are EMPTY, and no
   * others.
   */
  @Test
  public final void p2PlacesOnlyExpertsThatExist() {
    assertNoFault(cases(), scenario -> Judge.breach(subject.history(scenario), Rule.P2));
  }

  /** No expert is lost. */
  @Test
  public final void p3PlacesEveryExpertInEveryLayer() {
    assertNoFault(cases(), scenario -> Judge.breach(subject.history(scenario), Rule.P3));
  }

  /** No rank wastes a slot on a second replica where it could hold another expert. */
  @Test
  public final void p4PutsNoExpertTwiceOnARank() {
    PolicyOptions defaults = subject.defaults();
    assumeFalse(mayPlaceDuplicates(defaults), "duplicates are what the policy is for");
    assertNoFault(cases(), scenario -> Judge.breach(subject.history(scenario), Rule.P4));
  }

  /** Layers outside the layer priority are as they were, slot for slot. */
  @Test
  public final void p5LeavesUnmarkedLayersAsTheyAre() {
    assertNoFault(cases(), scenario -> Judge.breach(subject.history(scenario), Rule.P5));
  }

  /** Neither a layer nor a rank receives more than is allowed. */
  @Test
  public final void p6StaysWithinTheMigrationBudget() {
    assertNoFault(cases(), scenario -> Judge.breach(subject.history(scenario), Rule.P6));
  }

  /** Two instances answer the same question alike. */
  @Test
  public final void p7TwoInstancesAnswerTheSameHistoryAlike() {
    assertNoFault(Scenarios.some(cases(), SOME), new Repeatability(subject)::ofTwoInstances);
  }

  /** A layer's answer depends on neither the layers before it nor what is left in the scratch. */
  @Test
  public final void p7AnswersDoNotDependOnTheOrderOfLayers() {
    assertNoFault(Scenarios.some(cases(), SOME), new Repeatability(subject)::amongSchedules);
  }

  /** One core or many: the answer is the same. */
  @Test
  public final void p7AnswersDoNotDependOnTheNumberOfThreads() {
    assertNoFault(Scenarios.some(cases(), SOME), new Repeatability(subject)::amongThreads);
  }

  /** An instance of a stateless policy that answered other questions before answers the same. */
  @Test
  public final void p7AStatelessInstanceForgetsEarlierCalls() {
    assumeFalse(newPolicy().traits().stateful(), "the policy is stateful");
    EplbPolicy used = newPolicy();
    for (Scenario other : Scenarios.some(cases(), FEW)) {
      History unused = subject.history(used, other, LayerRunner.sequential());
    }
    Repeatability repeatability = new Repeatability(subject);
    assertNoFault(
        Scenarios.some(cases(), SOME), scenario -> repeatability.afterUse(used, scenario));
  }

  /** Calls of a stateless policy that overlap answer as they do one after the other. */
  @Test
  public final void p7AStatelessInstanceServesManyThreadsAtOnce() {
    assumeFalse(newPolicy().traits().stateful(), "the policy is stateful");
    Repeatability repeatability = new Repeatability(subject);
    List<Scenario> others = Scenarios.some(cases(), 3);
    assertNoFault(
        Scenarios.some(cases(), FEW),
        scenario -> repeatability.amongOverlappingCalls(scenario, others));
  }

  /** A policy without a deadline ends by itself, with an answer. */
  @Test
  public final void p8ComesToAnEndWhenTheDeadlineIsFarAway() {
    assertNoFault(Scenarios.some(cases(), SOME), new Punctuality(subject)::withADay);
  }

  /**
   * A policy that searches until its deadline stops in time: an answer after the deadline is of no
   * use.
   */
  @Test
  public final void p8StopsBeforeADeadlineThatComesWhileItPlans() {
    assertNoFault(Scenarios.some(cases(), FEW), new Punctuality(subject)::withLittleTime);
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
        Scenarios.some(cases(), SOME),
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
          Scenarios.some(cases(), FEW),
          scenario -> {
            if (Judge.anything(subject.history(scenario), mayPlaceDuplicates(subject.defaults()))
                != null) {
              return null;
            }
            History history = subject.history(scenario, chosen);
            if (scenario.ranksKind() != RanksKind.EQUAL && Judge.missingRefusal(history) == null) {
              // A setting may be for equal ranks alone, as long as it says so.
              return null;
            }
            Fault fault = Judge.anything(history, mayPlaceDuplicates(chosen));
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
        Scenarios.some(cases(), SOME),
        scenario -> {
          for (Call call : subject.history(scenario).calls()) {
            if (!call.inputUntouched()) {
              return new Fault("the policy changed the current table or the workload", call, 0);
            }
          }
          return null;
        });
  }

  /** Answers do not differ from one run of the program to the next. */
  @Test
  public final void p7AnotherVirtualMachineAnswersAlike() throws Exception {
    assumeTrue(startsAnotherMachine(), "no other virtual machine may be started");
    List<Scenario> asked = new ArrayList<>();
    for (Scenario scenario : Scenarios.some(cases(), SOME)) {
      if (!refuses(scenario.topology()) && subject.repeats(scenario)) {
        asked.add(scenario);
      }
    }
    List<Integer> answers = OtherMachine.answers(getClass(), asked);
    assumeTrue(answers != null, "another virtual machine could not be started with this class");
    for (int index = 0; index < asked.size(); index++) {
      History history = subject.history(asked.get(index));
      if (Objects.requireNonNull(answers).get(index) != OtherMachine.hash(history)) {
        fail(
            "policy "
                + subject.className()
                + ": P7: another virtual machine answered differently; does something depend on the"
                + " order of Set.of, Map.of or identity hash codes?\n  case: "
                + asked.get(index)
                + "\n  replay it alone: "
                + KitRun.replay(test, asked.get(index)));
      }
    }
  }

  /** Shares of an expert sum to 1, and a source holds what it should give. */
  @Test
  public final void p9SaysOnlyWhatFitsThePlacement() {
    assertNoFault(cases(), scenario -> Judge.breach(subject.history(scenario), Rule.P9));
  }

  /** A call on a small cluster takes no longer than {@link #slowestCallInSorts()}. */
  @Test
  public final void p8IsNotSlow() {
    double slowness = slowness();
    assertTrue(
        slowness <= slowestCallInSorts(),
        () ->
            "policy %s is slow: a call on 4 ranks × 5 slots and 2 layers takes %,.0f times as long as sorting its loads; at most %,.0f times is allowed. The other tests tried fewer cases therefore"
                .formatted(subject.className(), slowness, slowestCallInSorts()));
  }

  /** No plan raises the sum of the peaks that it is there to lower. */
  @Test
  public final void aimRaisesNoPeak() {
    assumeTrue(lowersPeaks() && !mayRaisePeaks(), "the policy may raise peaks");
    assertNoFault(cases(), aims()::raisedPeak);
  }

  /** A table that is far from balanced gets better at least once. */
  @Test
  public final void aimLowersAPeak() {
    assumeTrue(lowersPeaks(), "the policy has another purpose");
    List<Scenario> unbalanced =
        cases().stream()
            .filter(scenario -> !refuses(scenario.topology()) && Aims.unbalanced(scenario))
            .toList();
    assumeFalse(unbalanced.isEmpty(), "no case is unbalanced");
    Aims aims = aims();
    assumeTrue(
        unbalanced.stream().allMatch(aims::answersSoundly),
        "another test has to refuse some of the answers");
    assertTrue(
        unbalanced.stream().anyMatch(aims::lowersAPeak),
        () ->
            "policy "
                + subject.className()
                + " lowers no peak in "
                + unbalanced.size()
                + " unbalanced cases, such as "
                + unbalanced.get(0)
                + "\n  replay it alone: "
                + KitRun.replay(test, unbalanced.get(0)));
  }

  /** The layer priority begins with the layers that gain most. */
  @Test
  public final void aimListsTheMostProfitableLayersFirst() {
    assumeTrue(lowersPeaks(), "the policy has another purpose");
    Aims aims = aims();
    int[] ordered = new int[3];
    int least = 0;
    Scenario worst = null;
    for (Scenario scenario : cases()) {
      if (!refuses(scenario.topology())) {
        int[] pairs = aims.pairsInOrder(scenario);
        int most = Integer.MIN_VALUE;
        for (int measure = 0; measure < ordered.length; measure++) {
          ordered[measure] += pairs[measure];
          most = Math.max(most, pairs[measure]);
        }
        if (most < least) {
          least = most;
          worst = scenario;
        }
      }
    }
    int best = Math.max(ordered[0], Math.max(ordered[1], ordered[2]));
    Scenario shown = worst;
    assertTrue(
        best > -TELLING_PAIRS,
        () ->
            "policy "
                + subject.className()
                + ": the layer priority should list the most profitable layers first. Of the pairs in"
                + " it, the wrong way round exceed the right way round by "
                + -best
                + ", whether gain is the fall of the peak, its ratio or the fall of PAR; most clearly in "
                + shown);
  }

  /** Tokens may be counted in any unit: all loads times a power of two give the same answer. */
  @Test
  public final void aimDoesNotDependOnTheUnitOfLoads() {
    assumeTrue(lowersPeaks(), "the policy has another purpose");
    assertNoFault(Scenarios.some(cases(), 2 * SOME), aims()::dependenceOnTheUnit);
  }

  /** The first window counts, and so does the last. */
  @Test
  public final void aimHearsOfEveryWindow() {
    assumeTrue(lowersPeaks(), "the policy has another purpose");
    Aims aims = aims();
    List<Scenario> several =
        cases().stream()
            .filter(scenario -> !refuses(scenario.topology()) && scenario.windows() > 1)
            .toList();
    assumeTrue(several.size() >= FEW, "too few cases have several windows");
    assumeTrue(several.stream().anyMatch(aims::changesSomething), "the policy changes nothing");
    for (boolean last : new boolean[] {false, true}) {
      assertTrue(
          several.stream()
              .anyMatch(scenario -> aims.hearsOf(scenario, last ? scenario.windows() - 1 : 0)),
          () ->
              "policy "
                  + subject.className()
                  + " answers the same whatever the "
                  + (last ? "last" : "first")
                  + " window holds, in "
                  + several.size()
                  + " cases of several windows");
    }
  }

  /** A rank that becomes slow changes some answer. */
  @Test
  public final void aimHearsOfSpeeds() {
    assumeTrue(lowersPeaks(), "the policy has another purpose");
    assumeTrue(servesUnequalRanks(), "the policy takes all ranks for equal");
    Aims aims = aims();
    List<Scenario> slow =
        cases().stream()
            .filter(
                scenario ->
                    !refuses(scenario.topology())
                        && scenario.ranksKind() == RanksKind.ONE_SLOW
                        // The others repeat these.
                        && scenario.dispatch() == Dispatch.EVEN)
            .toList();
    assumeTrue(slow.size() >= FEW, "too few cases have a slow rank");
    assumeTrue(slow.stream().anyMatch(aims::changesSomething), "the policy changes nothing");
    assertTrue(
        slow.stream().anyMatch(aims::hearsOfSpeeds),
        () ->
            "policy "
                + subject.className()
                + " answers the same whether all ranks are equally fast or one computes at half"
                + " speed, in "
                + slow.size()
                + " cases; load ÷ speed is what has to be balanced. A policy that cannot says so by"
                + " servesUnequalRanks()");
  }

  /** Every option changes some answer. */
  @Test
  public final void aimEveryOptionHasAnEffect() {
    Aims aims = aims();
    List<Scenario> legal =
        Scenarios.some(
            cases().stream().filter(scenario -> !refuses(scenario.topology())).toList(), SOME);
    assumeTrue(run.only() == null, "one case alone says nothing about an option");
    assumeTrue(slowness() <= slowestCallInSorts(), "with a slow policy too few cases are tried");
    assumeTrue(
        legal.stream().allMatch(each -> aims.answersSoundly(each) && subject.repeats(each)),
        "another test has to refuse some of the answers");
    assumeTrue(legal.stream().anyMatch(aims::changesSomething), "the policy changes nothing");
    Set<String> without =
        aims.optionsWithoutEffect(legal, optionVariants(), optionsWithoutVisibleEffect());
    assertTrue(
        without.isEmpty(),
        () ->
            "policy "
                + subject.className()
                + ": these options change no answer at either end, nor in optionVariants(): "
                + without
                + "; if that is as it should be, name them in optionsWithoutVisibleEffect()");
  }

  /** The rules of the policy's own hold. */
  @Test
  public final void ownRulesHold() {
    assertNoFault(
        cases(),
        scenario -> {
          for (Call call : subject.history(scenario).calls()) {
            Rebalance answer = call.usableAnswer();
            String breach =
                answer == null
                    ? null
                    : breachOfOwnRule(call.table(), call.workload(), scenario.topology(), answer);
            if (breach != null) {
              return new Fault("the policy's own rule: " + breach, call, 0);
            }
          }
          return null;
        });
  }

  private Aims aims() {
    return new Aims(subject, mayPlaceDuplicates(subject.defaults()));
  }

  private double slowness() {
    return SLOWNESS.computeIfAbsent(subject.className(), each -> Slowness.of(subject));
  }

  private List<Scenario> cases() {
    if (run.only() != null) {
      return List.of(run.only());
    }
    List<Scenario> all = Scenarios.of(run.seed(), run.rounds(), shapes());
    if (!servesUnequalRanks()) {
      all = all.stream().filter(scenario -> scenario.ranksKind() == RanksKind.EQUAL).toList();
    }
    return slowness() > slowestCallInSorts() ? Scenarios.some(all, FEW) : all;
  }

  private void assertNoFault(List<Scenario> scenarios, Check check) {
    SmallestCase.assertNoFault(
        subject.className(),
        test,
        run,
        scenarios,
        scenario -> refuses(scenario.topology()) ? null : check.firstFault(scenario));
  }
}
