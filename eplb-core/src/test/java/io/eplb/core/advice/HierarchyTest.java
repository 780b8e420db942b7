package io.eplb.core.advice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HierarchyTest {
  private static final Comparator<Trial> ORDER = Comparator.comparing(Trial::movedLater);

  @Test
  void groupsAreWorthKeepingTogetherIfThatCostsLittle() {
    Hierarchy close =
        Hierarchy.of(
            List.of(
                TrialOf.redundant(1, 1.0, true, 1.14, 1.14),
                TrialOf.redundant(2, 1.0, false, 1.12, 1.12)),
            ORDER);
    assertTrue(close.worthKeeping(0.05));
    assertFalse(close.worthKeeping(0.01));
  }

  @Test
  void withoutSuchAPolicyNothingIsKeptTogether() {
    Hierarchy none = Hierarchy.of(List.of(TrialOf.redundant(1, 1.0, false, 1.1, 1.1)), ORDER);
    assertEquals(Optional.empty(), none.within());
    assertFalse(none.worthKeeping(0.05));
  }

  @Test
  void aTableIsAskedWhereItsGroupsAre() {
    EpTopology topology = EpTopology.withRedundantExperts(8, 4, 2, 2, 0);
    ExpertTable initial = ExpertTable.initial(2, topology);
    assertTrue(Rehearsal.groupsOnOneNode(initial, topology));
    EpTopology finer = EpTopology.withRedundantExperts(8, 4, 4, 2, 0);
    assertFalse(Rehearsal.groupsOnOneNode(initial, finer));
  }
}
