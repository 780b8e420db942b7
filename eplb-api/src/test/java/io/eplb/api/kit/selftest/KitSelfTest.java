package io.eplb.api.kit.selftest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.EpTopology;
import io.eplb.api.EplbPolicy;
import io.eplb.api.PolicyOptions;
import io.eplb.api.kit.EplbPolicyContract;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@ResourceLock("suspect")
class KitSelfTest {
  /** Whom the kit judges next; the kit makes its test class itself, so it cannot be handed over. */
  private static Supplier<? extends EplbPolicy> suspect = SoundPolicy::new;

  private static KitVerdict verdictOn(Supplier<? extends EplbPolicy> policy) {
    suspect = policy;
    return KitVerdict.of(SuspectContract.class);
  }

  static class SuspectContract extends EplbPolicyContract {
    @Override
    protected EplbPolicy newPolicy() {
      return suspect.get();
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
      return new BrokenPolicies.RemembersWhatItHasPlanned();
    }

    @Override
    protected boolean stateful() {
      return true;
    }
  }

  static class DuplicatesContract extends EplbPolicyContract {
    @Override
    protected EplbPolicy newPolicy() {
      return new BrokenPolicies.PutsAnExpertTwiceOnARank();
    }

    @Override
    protected boolean mayPlaceDuplicates(PolicyOptions options) {
      return true;
    }
  }

  static class OneNodeContract extends EplbPolicyContract {
    @Override
    protected EplbPolicy newPolicy() {
      return suspect.get();
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

  @Test
  void aSoundPolicyPassesEveryTest() {
    KitVerdict verdict = verdictOn(SoundPolicy::new);

    assertEquals(Map.of(), verdict.failures());
    assertEquals(20, verdict.passed());
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
  void aPolicyThatMayPlaceDuplicatesIsNotBlamedForThem() {
    assertEquals(Map.of(), KitVerdict.of(DuplicatesContract.class).failures());
  }

  @Test
  void aPolicyThatSaysWhichClustersItRefusesIsNotBlamedForIt() {
    suspect = BrokenPolicies.RefusesMoreThanOneNode::new;

    assertEquals(Map.of(), KitVerdict.of(OneNodeContract.class).failures());
  }

  @Test
  void aPolicyThatAnswersWhatItSaysItRefusesIsFound() {
    suspect = SoundPolicy::new;
    Map<String, String> failures = KitVerdict.of(OneNodeContract.class).failures();

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
    add(broken, "theNameIsWellFormedAndStays", BrokenPolicies.WithASpaceInItsName::new);
    add(broken, "theOptionsAreWellDeclaredAndStay", BrokenPolicies.WithAnOptionTwice::new);
    add(
        broken,
        "p1AnswersEveryLegalInputWithoutAnException",
        BrokenPolicies.ThrowsOnAnIdleLayer::new);
    add(broken, "p1NeverAnswersNull", BrokenPolicies.AnswersNullWithoutAnyLoad::new);
    add(broken, "p1AnswersInTheShapeOfTheCurrentTable", BrokenPolicies.AnswersOneLayerOnly::new);
    add(broken, "p2PlacesOnlyExpertsThatExist", BrokenPolicies.NamesAnExpertThatDoesNotExist::new);
    add(broken, "p3PlacesEveryExpertInEveryLayer", BrokenPolicies.LosesAnExpert::new);
    add(broken, "p4PutsNoExpertTwiceOnARank", BrokenPolicies.PutsAnExpertTwiceOnARank::new);
    add(broken, "p5LeavesUnmarkedLayersAsTheyAre", BrokenPolicies.ForgetsToMarkLayers::new);
    add(broken, "p6StaysWithinTheMigrationBudget", BrokenPolicies.IgnoresTheBudget::new);
    add(broken, "p7TwoInstancesAnswerTheSameHistoryAlike", BrokenPolicies.AnswersByMood::new);
    add(
        broken,
        "p7AnswersDoNotDependOnTheOrderOfLayers",
        BrokenPolicies.DoesNotClearItsScratch::new);
    add(
        broken,
        "p7AnswersDoNotDependOnTheNumberOfThreads",
        BrokenPolicies.RunsOnItsOwnThreadOnly::new);
    add(
        broken,
        "p7AStatelessInstanceForgetsEarlierCalls",
        BrokenPolicies.RemembersWhatItHasPlanned::new);
    add(
        broken,
        "p7AStatelessInstanceServesManyThreadsAtOnce",
        BrokenPolicies.SharesAFieldAmongCalls::new);
    add(
        broken,
        "p8ComesToAnEndWhenTheDeadlineIsFarAway",
        BrokenPolicies.TakesADayForNoTimeAtAll::new);
    add(
        broken,
        "p8StopsBeforeADeadlineThatComesWhileItPlans",
        BrokenPolicies.UsesAllTheTimeThereIs::new);
    add(
        broken,
        "p8ComesBackWhenTheDeadlineHasPassed",
        BrokenPolicies.NeverComesBackOnceItIsTooLate::new);
    add(
        broken,
        "i5WorksAtBothEndsOfEveryOptionAndWithEveryChoice",
        BrokenPolicies.FailsAtTheEndOfAnOption::new);
    add(broken, "leavesWhatItWasGivenAsItWas", BrokenPolicies.WritesIntoItsInput::new);
    return broken.stream();
  }

  private static void add(
      List<Arguments> broken, String test, Supplier<? extends EplbPolicy> policy) {
    broken.add(Arguments.of(test, policy));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("brokenPolicies")
  void aBrokenPolicyFailsTheTestOfItsRuleAndNoOther(
      String test, Supplier<? extends EplbPolicy> policy) {
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

    assertEquals(tests, failed);
  }

  @Test
  void aFailureNamesTheSmallestCaseAndHowToReplayIt() {
    String message =
        String.valueOf(
            verdictOn(BrokenPolicies.LosesAnExpert::new)
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
              verdictOn(BrokenPolicies.LosesAnExpert::new)
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
              verdictOn(SoundPolicy::new).failures().get("p6StaysWithinTheMigrationBudget"));
      assertTrue(message.contains("eplb.kit.rounds is 'many'"), message);
    } finally {
      System.clearProperty("eplb.kit.rounds");
    }
  }
}
