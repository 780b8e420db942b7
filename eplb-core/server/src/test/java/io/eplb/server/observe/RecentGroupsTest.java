package io.eplb.server.observe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecentGroupsTest {
  private final List<String> shown = new ArrayList<>();
  private final RecentGroups groups =
      new RecentGroups(
          new ServiceObserver() {
            @Override
            public void planned(PlanRecord plan) {
              shown.add("plan " + plan.group() + " " + plan.model());
            }

            @Override
            public void roundDecided(RoundRecord round) {
              shown.add("round " + round.group());
            }

            @Override
            public void modelForgotten(String group, String model) {
              shown.add("forget " + group + " " + model);
            }

            @Override
            public void groupForgotten(String group) {
              shown.add("forget " + group);
            }
          });

  @Test
  void allIsPassedOnInOrder() {
    groups.planned(SmallPlans.of("a", "2x4", 1));
    groups.roundDecided(round("a"));
    groups.modelForgotten("a", "2x4");
    groups.groupForgotten("a");

    assertEquals(List.of("plan a 2x4", "round a", "forget a 2x4", "forget a"), shown);
  }

  @Test
  void theGroupThatWasQuietLongestGoesBeforeOneTooManyIsShown() {
    for (int group = 0; group < RecentGroups.MOST_GROUPS; group++) {
      groups.planned(SmallPlans.of("g" + group, "2x4", 1));
    }
    groups.roundDecided(round("g0"));
    shown.clear();

    groups.roundDecided(round("one-more"));

    assertEquals(List.of("forget g1", "round one-more"), shown);
  }

  @Test
  void theModelThatWasQuietLongestGoesBeforeOneTooManyIsShown() {
    for (int model = 0; model < RecentGroups.MOST_MODELS; model++) {
      groups.planned(SmallPlans.of("a", "2x" + model, 1));
    }
    groups.planned(SmallPlans.of("a", "2x0", 2));
    shown.clear();

    groups.planned(SmallPlans.of("a", "9x9", 1));

    assertEquals(List.of("forget a 2x1", "plan a 9x9"), shown);
  }

  @Test
  void whatWasForgottenLeavesRoom() {
    for (int group = 0; group < RecentGroups.MOST_GROUPS; group++) {
      groups.planned(SmallPlans.of("g" + group, "2x4", 1));
    }
    groups.groupForgotten("g5");
    shown.clear();

    groups.planned(SmallPlans.of("one-more", "2x4", 1));

    assertEquals(List.of("plan one-more 2x4"), shown);
  }

  @Test
  void anObserverThatFailsHarmsNobody() {
    List<String> heard = new ArrayList<>();
    ObserverGroup group =
        new ObserverGroup(
            List.of(
                new ServiceObserver() {
                  @Override
                  public void planned(PlanRecord plan) {
                    throw new IllegalStateException("broken on purpose");
                  }
                },
                new ServiceObserver() {
                  @Override
                  public void planned(PlanRecord plan) {
                    heard.add(plan.group());
                  }
                }));

    group.planned(SmallPlans.of("a", "2x4", 1));
    group.roundDecided(round("a"));
    group.modelForgotten("a", "2x4");
    group.groupForgotten("a");

    assertTrue(heard.contains("a"));
  }

  private static RoundRecord round(String group) {
    return new RoundRecord(group, 1, Instant.EPOCH, 2, true, true, List.of(), List.of(), "");
  }
}
