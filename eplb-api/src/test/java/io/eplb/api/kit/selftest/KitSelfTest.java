package io.eplb.api.kit.selftest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.EpTopology;
import io.eplb.api.EplbPolicy;
import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.api.PolicyOptions;
import io.eplb.api.Rebalance;
import io.eplb.api.kit.EplbPolicyContract;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@ResourceLock("suspect")
class KitSelfTest {
  /**
   * The class that the kit judges next. The kit makes its test class itself, here and in another
   * virtual machine, which gets the kit's properties along.
   */
  private static final String SUSPECT = "eplb.kit.selftest.suspect";

  private static KitVerdict verdictOn(Class<? extends EplbPolicy> policy) {
    return verdictOf(SuspectContract.class, policy);
  }

  private static KitVerdict verdictOf(Class<?> contract, Class<? extends EplbPolicy> policy) {
    System.setProperty(SUSPECT, policy.getName());
    try {
      return KitVerdict.of(contract);
    } finally {
      System.clearProperty(SUSPECT);
    }
  }

  private static EplbPolicy suspect() {
    try {
      var constructor = Class.forName(System.getProperty(SUSPECT)).getDeclaredConstructor();
      return (EplbPolicy) constructor.newInstance();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  static class SuspectContract extends EplbPolicyContract {
    @Override
    protected EplbPolicy newPolicy() {
      return suspect();
    }

    /** It takes its time, so only those whom it concerns are asked there. */
    @Override
    protected boolean startsAnotherMachine() {
      return suspect() instanceof BrokenPolicies.DependsOnTheOrderOfASet
          || suspect().getClass() == SoundPolicy.class;
    }
  }

  static class VariantContract extends EplbPolicyContract {
    @Override
    protected EplbPolicy newPolicy() {
      return new BrokenPolicies.FailsAtTheEndOfAnOption();
    }

    @Override
    protected List<Map<String, Object>> optionVariants() {
      return List.of(Map.of("width", 64, "eager", false));
    }
  }

  static class StatefulContract extends EplbPolicyContract {
    @Override
    protected EplbPolicy newPolicy() {
      return new BrokenPolicies.RemembersAndSaysSo();
    }
  }

  static class DuplicatesContract extends EplbPolicyContract {
    @Override
    protected EplbPolicy newPolicy() {
      return new BrokenPolicies.PutsAnExpertTwiceOnARank();
    }

    @Override
    protected boolean lowersPeaks() {
      return false;
    }

    @Override
    protected Set<String> optionsWithoutVisibleEffect() {
      return Set.of("eager", "order", "share", "width");
    }

    @Override
    protected boolean mayPlaceDuplicates(PolicyOptions options) {
      return true;
    }
  }

  static class OneNodeContract extends EplbPolicyContract {
    @Override
    protected EplbPolicy newPolicy() {
      return suspect();
    }

    @Override
    protected boolean refuses(EpTopology topology) {
      return topology.nodes() > 1;
    }
  }

  static class RefusesEverythingContract extends EplbPolicyContract {
    @Override
    protected EplbPolicy newPolicy() {
      return new BrokenPolicies.RefusesMoreThanOneNode();
    }

    @Override
    protected boolean refuses(EpTopology topology) {
      return true;
    }
  }

  static class OwnRuleContract extends EplbPolicyContract {
    @Override
    protected EplbPolicy newPolicy() {
      return new SoundPolicy();
    }

    @Override
    protected List<EpTopology> shapes() {
      return List.of(EpTopology.of(12, 6, 2, 2, 7));
    }

    @Override
    protected @Nullable String breachOfOwnRule(
        ExpertTable table, ExpertWorkload workload, EpTopology topology, Rebalance answer) {
      return answer.changed() && topology.slotsPerRank() == 7
          ? "seven slots stay as they are"
          : null;
    }
  }

  @Test
  void aSoundPolicyPassesEveryTest() {
    KitVerdict verdict = verdictOn(SoundPolicy.class);

    assertEquals(Map.of(), verdict.failures());
    assertEquals(33, verdict.passed());
  }

  @Test
  void aRuleOfThePolicysOwnIsTriedOnAShapeThatWasAskedFor() {
    Map<String, String> failures = KitVerdict.of(OwnRuleContract.class).failures();

    assertEquals(Set.of("ownRulesHold"), failures.keySet());
    String message = String.valueOf(failures.get("ownRulesHold"));
    assertTrue(message.contains("the policy's own rule: seven slots stay"), message);
  }

  @Test
  void theSmallestCaseCanBeReplayedAlone() {
    String message =
        String.valueOf(
            verdictOn(BrokenPolicies.LosesAnExpert.class)
                .failures()
                .get("p3PlacesEveryExpertInEveryLayer"));
    Matcher replay = Pattern.compile("-Dtest=(\\S+) -Deplb\\.kit\\.case=(\\S+)").matcher(message);
    assertTrue(replay.find(), message);
    assertEquals("SuspectContract#p3PlacesEveryExpertInEveryLayer", replay.group(1));
    System.setProperty("eplb.kit.case", replay.group(2));
    try {
      String again =
          String.valueOf(
              verdictOn(BrokenPolicies.LosesAnExpert.class)
                  .failures()
                  .get("p3PlacesEveryExpertInEveryLayer"));
      assertEquals(
          message.substring(0, message.indexOf("\n  found with")),
          again.substring(0, again.indexOf("\n  found with")));
    } finally {
      System.clearProperty("eplb.kit.case");
    }
  }

  @Test
  void aCaseThatCannotBeReadIsNamed() {
    System.setProperty("eplb.kit.case", "seed=1,experts=x");
    try {
      String message =
          String.valueOf(
              verdictOn(SoundPolicy.class).failures().get("p6StaysWithinTheMigrationBudget"));
      assertTrue(message.contains("eplb.kit.case is 'seed=1,experts=x'"), message);
    } finally {
      System.clearProperty("eplb.kit.case");
    }
  }

  @Test
  void everyDispatchIsTriedAndNamed() {
    String message =
        String.valueOf(
            verdictOn(BrokenPolicies.FailsUnderAnotherDispatch.class)
                .failures()
                .get("p1AnswersEveryLegalInputWithoutAnException"));
    assertTrue(message.contains(", dispatch lp"), message);
    assertTrue(message.contains(",dispatch=lp"), message);
  }

  @Test
  void furtherSettingsAreTriedToo() {
    assertEquals(
        Set.of("i5WorksAtBothEndsOfEveryOptionAndWithEveryChoice"),
        KitVerdict.of(VariantContract.class).failures().keySet());
  }

  @Test
  void aPolicyThatSaysItIsStatefulIsNotBlamedForIt() {
    assertEquals(Map.of(), KitVerdict.of(StatefulContract.class).failures());
  }

  @Test
  void aPolicyThatStatesItsPeaksIsNotBlamedForTheirUnit() {
    assertEquals(Map.of(), verdictOn(BrokenPolicies.StatesItsPeaks.class).failures());
  }

  @Test
  void aPolicyThatMayPlaceDuplicatesIsNotBlamedForThem() {
    assertEquals(Map.of(), KitVerdict.of(DuplicatesContract.class).failures());
  }

  @Test
  void aPolicyThatSaysWhichClustersItRefusesIsNotBlamedForIt() {
    assertEquals(
        Map.of(),
        verdictOf(OneNodeContract.class, BrokenPolicies.RefusesMoreThanOneNode.class).failures());
  }

  @Test
  void aPolicyThatAnswersWhatItSaysItRefusesIsFound() {
    Map<String, String> failures = verdictOf(OneNodeContract.class, SoundPolicy.class).failures();

    assertEquals(Set.of("p1AnswersEveryLegalInputWithoutAnException"), failures.keySet());
    assertTrue(
        failures.toString().contains("is said to refuse such a cluster"), failures::toString);
  }

  @Test
  void aPolicyCannotPassByRefusingEverything() {
    assertEquals(
        Set.of("p1AnswersEveryLegalInputWithoutAnException"),
        KitVerdict.of(RefusesEverythingContract.class).failures().keySet());
  }

  static Stream<Arguments> brokenPolicies() {
    List<Arguments> broken = new ArrayList<>();
    add(broken, "theNameIsWellFormedAndStays", BrokenPolicies.WithASpaceInItsName.class);
    add(broken, "theOptionsAreWellDeclaredAndStay", BrokenPolicies.WithAnOptionTwice.class);
    add(
        broken,
        "p1AnswersEveryLegalInputWithoutAnException",
        BrokenPolicies.ThrowsOnAnIdleLayer.class);
    add(broken, "p1NeverAnswersNull", BrokenPolicies.AnswersNullWithoutAnyLoad.class);
    add(broken, "p1AnswersInTheShapeOfTheCurrentTable", BrokenPolicies.AnswersOneLayerOnly.class);
    add(broken, "p2PlacesOnlyExpertsThatExist", BrokenPolicies.NamesAnExpertThatDoesNotExist.class);
    add(broken, "p3PlacesEveryExpertInEveryLayer", BrokenPolicies.LosesAnExpert.class);
    add(broken, "p4PutsNoExpertTwiceOnARank", BrokenPolicies.PutsAnExpertTwiceOnARank.class);
    add(broken, "p5LeavesUnmarkedLayersAsTheyAre", BrokenPolicies.ForgetsToMarkLayers.class);
    add(broken, "p6StaysWithinTheMigrationBudget", BrokenPolicies.IgnoresTheBudget.class);
    add(broken, "p7TwoInstancesAnswerTheSameHistoryAlike", BrokenPolicies.AnswersByMood.class);
    add(
        broken,
        "p7AnswersDoNotDependOnTheOrderOfLayers",
        BrokenPolicies.DoesNotClearItsScratch.class);
    add(
        broken,
        "p7AnswersDoNotDependOnTheNumberOfThreads",
        BrokenPolicies.RunsOnItsOwnThreadOnly.class);
    add(
        broken,
        "p7AStatelessInstanceForgetsEarlierCalls",
        BrokenPolicies.RemembersWhatItHasPlanned.class);
    add(
        broken,
        "p7AStatelessInstanceServesManyThreadsAtOnce",
        BrokenPolicies.SharesAFieldAmongCalls.class);
    add(
        broken,
        "p8ComesToAnEndWhenTheDeadlineIsFarAway",
        BrokenPolicies.TakesADayForNoTimeAtAll.class);
    add(
        broken,
        "p8StopsBeforeADeadlineThatComesWhileItPlans",
        BrokenPolicies.UsesAllTheTimeThereIs.class);
    add(
        broken,
        "p8ComesBackWhenTheDeadlineHasPassed",
        BrokenPolicies.NeverComesBackOnceItIsTooLate.class);
    add(
        broken,
        "i5WorksAtBothEndsOfEveryOptionAndWithEveryChoice",
        BrokenPolicies.FailsAtTheEndOfAnOption.class);
    add(broken, "leavesWhatItWasGivenAsItWas", BrokenPolicies.WritesIntoItsInput.class);
    add(broken, "p3PlacesEveryExpertInEveryLayer", BrokenPolicies.IsWrongInLayer57.class);
    add(
        broken,
        "aimListsTheMostProfitableLayersFirst",
        BrokenPolicies.ReversesTheLayerPriority.class);
    add(broken, "aimDoesNotDependOnTheUnitOfLoads", BrokenPolicies.CastsLoadsToFloat.class);
    add(broken, "aimEveryOptionHasAnEffect", BrokenPolicies.IgnoresAnOption.class);
    add(broken, "aimRaisesNoPeak", BrokenPolicies.InvertsItsObjective.class);
    add(broken, "aimLowersAPeak", BrokenPolicies.NeverChangesAnything.class);
    add(broken, "aimHearsOfEveryWindow", BrokenPolicies.LooksAtTheFirstWindowOnly.class);
    add(
        broken,
        "p7AnotherVirtualMachineAnswersAlike",
        BrokenPolicies.DependsOnTheOrderOfASet.class);
    add(broken, "p8IsNotSlow", BrokenPolicies.TakesTwentyMilliseconds.class);
    add(broken, "p2PlacesOnlyExpertsThatExist", BrokenPolicies.PlacesExpertsOnADeadRank.class);
    add(broken, "p9SaysOnlyWhatFitsThePlacement", BrokenPolicies.SharesOutTooMuch.class);
    add(
        broken,
        "p1TakesEveryEndOfALayerWithoutAnException",
        BrokenPolicies.DoesNotKnowHowALayerEnds.class);
    add(broken, "theTraitsAreThereAndStay", BrokenPolicies.ChangesItsTraits.class);
    return broken.stream();
  }

  private static void add(List<Arguments> broken, String test, Class<? extends EplbPolicy> policy) {
    broken.add(Arguments.of(test, policy));
  }

  /** To ignore speeds may raise peaks as well, so this one may fail two tests. */
  @Test
  void aPolicyThatIgnoresSpeedsIsToldSo() {
    String failure =
        String.valueOf(
            verdictOn(BrokenPolicies.IgnoresSpeeds.class).failures().get("aimHearsOfSpeeds"));
    assertTrue(failure.contains("load ÷ speed is what has to be balanced"), failure);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("brokenPolicies")
  void aBrokenPolicyFailsTheTestOfItsRuleAndNoOther(
      String test, Class<? extends EplbPolicy> policy) {
    KitVerdict verdict = verdictOn(policy);

    assertEquals(Set.of(test), verdict.failures().keySet(), () -> verdict.failures().toString());
  }

  @Test
  void everyTestOfTheKitHasAPolicyThatFailsIt() {
    Set<String> tests = new TreeSet<>();
    for (var method : EplbPolicyContract.class.getDeclaredMethods()) {
      if (method.isAnnotationPresent(Test.class)) {
        tests.add(method.getName());
      }
    }
    Set<String> failed = new TreeSet<>();
    brokenPolicies().forEach(broken -> failed.add((String) broken.get()[0]));
    failed.addAll(KitVerdict.of(OwnRuleContract.class).failures().keySet());
    failed.addAll(verdictOn(BrokenPolicies.IgnoresSpeeds.class).failures().keySet());

    assertEquals(tests, failed);
  }

  @Test
  void aFailureNamesTheSmallestCaseAndHowToReplayIt() {
    String message =
        String.valueOf(
            verdictOn(BrokenPolicies.LosesAnExpert.class)
                .failures()
                .get("p3PlacesEveryExpertInEveryLayer"));

    for (String part :
        new String[] {
          "LosesAnExpert",
          "P3, layer 0: expert ",
          "smallest case: 1 layer of 2 experts on 2 ranks × 1 slot",
          "1 window, 1 call, table INITIAL, load EQUAL, at most any moves",
          "layer 0 held [",
          "proposed [",
          "found with: ",
          "-Deplb.kit.seed=1 -Deplb.kit.rounds=40"
        }) {
      assertTrue(message.contains(part), () -> "'" + part + "' is missing in: " + message);
    }
  }

  @Test
  void anotherSeedTriesOtherCasesAndIsNamed() {
    System.setProperty("eplb.kit.seed", "-7");
    System.setProperty("eplb.kit.rounds", "0");
    try {
      String message =
          String.valueOf(
              verdictOn(BrokenPolicies.LosesAnExpert.class)
                  .failures()
                  .get("p3PlacesEveryExpertInEveryLayer"));
      assertTrue(message.contains("-Deplb.kit.seed=-7 -Deplb.kit.rounds=0"), message);
    } finally {
      System.clearProperty("eplb.kit.seed");
      System.clearProperty("eplb.kit.rounds");
    }
  }

  @Test
  void aSettingThatCannotBeUsedIsNamed() {
    System.setProperty("eplb.kit.rounds", "many");
    try {
      String message =
          String.valueOf(
              verdictOn(SoundPolicy.class).failures().get("p6StaysWithinTheMigrationBudget"));
      assertTrue(message.contains("eplb.kit.rounds is 'many'"), message);
    } finally {
      System.clearProperty("eplb.kit.rounds");
    }
  }
}
