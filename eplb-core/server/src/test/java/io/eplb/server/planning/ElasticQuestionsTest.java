package io.eplb.server.planning;

import static io.eplb.server.planning.ServiceRig.rows;
import static io.eplb.server.planning.ServiceRig.scripted;
import static io.eplb.server.planning.ServiceRig.window;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.core.format.NumberArray;
import io.eplb.server.problem.ProblemException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Groups whose ranks fail, come back, leave or join. */
class ElasticQuestionsTest {
  /** 2 layers × 4 ranks × 3 slots of 8 experts. */
  private static final ExpertTable IN_FORCE = ExpertTable.initial(2, EpTopology.of(8, 4, 1, 1, 3));

  @ParameterizedTest
  @ValueSource(strings = {"static", "default", "incremental"})
  void theSlotsOfAFailedRankBecomeEmptyAndNoExpertIsLost(String policy) {
    try (ServiceRig rig = new ServiceRig(policy)) {
      PlanAnswer answer = rig.ask(window(1).current(Asks.current(IN_FORCE)).failed(List.of(2)));
      assertTrue(answer.changed());
      for (List<Integer> row : rows(answer)) {
        assertEquals(List.of(-1, -1, -1), row.subList(6, 9));
        assertEquals(8, new HashSet<>(row).size() - 1, row.toString());
      }
      assertTrue(answer.moved() > 0);
      assertEquals(answer.moved(), rig.latest().moved());
    }
  }

  @Test
  void aTableWhoseExpertsWereLostWithARankIsRepaired() {
    NumberArray lost = Asks.current(IN_FORCE);
    for (int slot = 6; slot < 9; slot++) {
      lost.values()[slot] = -1; // Layer 0 loses expert 6 and 7; layer 1 still names them.
    }
    try (ServiceRig rig = new ServiceRig("static")) {
      PlanAnswer answer = rig.ask(window(1).current(lost).failed(List.of(2)));
      assertTrue(rows(answer).get(0).containsAll(Set.of(6, 7)), rows(answer).toString());
      // Fed back, with or without naming the rank again, it stays as it is.
      ExpertTable repaired = answer.table().orElseThrow();
      assertFalse(rig.ask(window(2).current(Asks.current(repaired))).changed());
      assertFalse(rig.ask(window(3).current(Asks.current(repaired)).failed(List.of(2))).changed());
      // If the rank lives again, its slots are filled.
      PlanAnswer again = rig.ask(window(4).current(Asks.current(repaired)).failed(List.of()));
      assertFalse(again.table().orElseThrow().hasEmptySlots());
      assertEquals(6, again.moved());
    }
  }

  @Test
  void aPolicyThatFailsStillLeavesATableThatFits() {
    ScriptedPolicy.write(
        "fails-on-repair",
        (table, load, context) -> {
          throw new IllegalStateException("no idea");
        });
    try (ServiceRig rig = new ServiceRig("default")) {
      PlanAnswer answer =
          rig.ask(
              scripted(1, "fails-on-repair").current(Asks.current(IN_FORCE)).failed(List.of(0)));
      assertTrue(answer.changed());
      assertTrue(answer.reason().isPresent());
      assertEquals(-1, rows(answer).get(0).get(0));
    }
  }

  @ParameterizedTest
  @CsvSource({"6,,6,3", "2,8,2,4", "3,,3,3", "4,16,4,4", "4,8,4,2", "8,8,8,1"})
  void aGroupGrowsAndShrinks(int ranks, Integer slots, int ranksAfter, int slotsPerRank) {
    try (ServiceRig rig = new ServiceRig("default")) {
      PlanAsk.Builder ask = window(1).current(Asks.current(IN_FORCE)).ranks(ranks);
      if (slots != null) {
        ask.slots(slots);
      }
      PlanAnswer answer = rig.ask(ask);
      ExpertTable table = answer.table().orElseThrow();
      assertEquals(ranksAfter, table.ranks());
      assertEquals(slotsPerRank, table.slotsPerRank());
      assertFalse(table.hasEmptySlots());
      assertTrue(answer.changed());
      assertEquals(2, answer.layerPriority().size());
    }
  }

  @Test
  void ranksThatStayKeepTheirExpertsWhenAGroupShrinks() {
    try (ServiceRig rig = new ServiceRig("static")) {
      // Experts 6, 7, 0 lived on rank 2 and 1, 2, 3 on rank 3; 3 ranks × 3 slots are left.
      PlanAnswer answer = rig.ask(window(1).current(Asks.current(IN_FORCE)).ranks(3));
      assertEquals(List.of(0, 1, 2, 3, 4, 5, 6, 7, 0), rows(answer).get(0));
      assertEquals(0, answer.moved());
      PlanAnswer failed =
          rig.ask(window(2).current(Asks.current(IN_FORCE)).ranks(3).failed(List.of(0)));
      assertEquals(9, rows(failed).get(0).size());
      assertEquals(Set.of(3, 4, 5), new HashSet<>(rows(failed).get(0).subList(0, 3)));
    }
  }

  @Test
  void aFlatTableThatIsWiderThanAskedForIsThatOfMoreRanks() {
    NumberArray wide = new NumberArray(new int[] {2, 12}, Asks.current(IN_FORCE).values());
    try (ServiceRig rig = new ServiceRig("static")) {
      PlanAnswer answer = rig.ask(window(1).current(wide).ranks(3).slots(9));
      assertEquals(List.of(0, 1, 2, 3, 4, 5, 6, 7, 0), rows(answer).get(0));
      // The same width: 12 slots of 4 ranks.
      PlanAnswer same = rig.ask(window(2).current(wide).ranks(4).slots(12));
      assertFalse(same.changed());
    }
  }

  @Test
  void theLoadOfSlotsIsThatOfTheRanksBeforeAGroupShrinks() {
    try (ServiceRig rig = new ServiceRig("default")) {
      double[] slots = new double[24];
      double[] experts = new double[16];
      NumberArray current = Asks.current(IN_FORCE);
      for (int at = 0; at < slots.length; at++) {
        slots[at] = 100.0 / (1 + at);
        experts[at / 12 * 8 + (int) current.values()[at]] += slots[at];
      }
      PlanAnswer bySlot =
          rig.ask(
              PlanAsk.ofWorkload("slots", Asks.array(new int[] {2, 4, 3}, slots))
                  .current(current)
                  .ranks(3));
      PlanAnswer byExpert =
          rig.ask(
              PlanAsk.ofLoad("experts", Asks.array(new int[] {2, 8}, experts))
                  .current(current)
                  .ranks(3));
      assertEquals(rows(byExpert), rows(bySlot));
      assertEquals(9, rows(bySlot).get(0).size());
    }
  }

  @Test
  void tooFewLivingSlotsAreRefusedAndNameTheExperts() {
    try (ServiceRig rig = new ServiceRig("default")) {
      ProblemException refused =
          rig.refusal(window(1).current(Asks.current(IN_FORCE)).failed(List.of(1, 2)));
      assertEquals(422, refused.status());
      assertTrue(refused.detail().contains("6 usable slots for 8 experts"), refused.detail());
      assertTrue(refused.detail().contains("layer 0: experts 6, 7"), refused.detail());
      assertEquals(0, rig.service.models().get(0).history());
    }
  }

  @Test
  void movedExpertsAreThoseOfTheContractWhereNothingHadToFit() {
    ScriptedPolicy.write("swap", (table, load, context) -> ServiceRig.swapped(table, 1));
    try (ServiceRig rig = new ServiceRig("default")) {
      PlanAnswer answer = rig.ask(scripted(1, "swap").current(Asks.current(IN_FORCE)));
      assertEquals(2, answer.moved());
      assertEquals(List.of(1), answer.layerPriority());
    }
  }
}
