package io.eplb.core.engine.shared;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.eplb.api.ExpertTable;
import io.eplb.core.record.SwitchName;
import io.eplb.core.update.promise.RankGate.Change;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

class NextTableTest {
  private static final long FENCE = 5;

  private final ArrayDeque<Runnable> ahead = new ArrayDeque<>();
  private final GateRig rig = new GateRig(0, ahead::add);

  private static Change renamed(Change change, long number) {
    return new Change(new SwitchName(4, number), change.version(), change.layers());
  }

  private ExpertTable begin(long step) {
    ExpertTable table = rig.engine.tryBegin(step);
    assertNotNull(table, () -> "step " + step + " waits");
    rig.engine.end(step);
    return table;
  }

  @Test
  void aPromisedTableIsBuiltOnceBesideTheStepsBelowTheFence() {
    rig.run(0, 1);
    assertEquals(0, ahead.size());

    rig.agent.promise(GateRig.change(1), FENCE);
    rig.run(1, 3);
    assertEquals(1, ahead.size());
    rig.agent.commit();
    rig.run(3, FENCE);
    assertEquals(1, ahead.size());

    ahead.remove().run();
    assertEquals(GateRig.table(1), begin(FENCE));
    rig.run(FENCE + 1, FENCE + 3);
    assertEquals(0, ahead.size());
  }

  @Test
  void aTableThatIsNotBuiltYetIsBuiltAtTheFence() {
    rig.agent.promise(GateRig.change(1), FENCE);
    rig.agent.commit();
    rig.run(0, FENCE);

    assertEquals(GateRig.table(1), begin(FENCE));
    ahead.remove().run();
    assertEquals(GateRig.table(1), begin(FENCE + 1));
  }

  @Test
  void theTableOfAVoidSwitchIsNotThatOfTheNextOneAtTheSameFence() {
    rig.agent.promise(GateRig.change(1), FENCE);
    rig.run(0, 1);
    ahead.remove().run();
    rig.agent.withdraw();
    Change smaller = new Change(new SwitchName(4, 2), 1, GateRig.change(1).layers().subList(1, 2));
    rig.agent.promise(smaller, FENCE);
    rig.agent.commit();
    rig.run(1, FENCE);

    ExpertTable after = begin(FENCE);
    assertEquals(1, after.version());
    assertEquals(GateRig.FIRST.expertAt(0, 0, 0), after.expertAt(0, 0, 0), "layer 0 is as it was");
    assertEquals(GateRig.table(1).expertAt(1, 0, 0), after.expertAt(1, 0, 0));
  }

  @Test
  void aChangeThatIsGoneBeforeItsTableIsBuiltDoesNoHarm() {
    rig.agent.promise(GateRig.change(1), FENCE);
    rig.run(0, 1);
    rig.agent.withdraw();
    rig.agent.promise(renamed(GateRig.change(1), 7), FENCE + 2);
    ahead.remove().run();
    rig.run(1, 2);
    ahead.remove().run();
    rig.agent.commit();
    rig.run(2, FENCE + 2);

    assertEquals(GateRig.table(1), begin(FENCE + 2));
    assertEquals(
        List.of(
            "layer 1, rank 0, slot 2, buffer 0", "layer 1, rank 0, slot 0, buffer 1", "version 1"),
        rig.weights.calls);
  }

  @Test
  void anExecutorThatRefusesCostsTimeOnly() {
    GateRig refused =
        new GateRig(
            0,
            task -> {
              throw new RejectedExecutionException("it has ended");
            });
    refused.agent.promise(GateRig.change(1), FENCE);
    refused.agent.commit();
    refused.run(0, FENCE);

    ExpertTable table = refused.engine.tryBegin(FENCE);
    assertEquals(GateRig.table(1), table);
    assertSame(table, refused.engine.current());
  }
}
