package io.eplb.api.kit.selftest;

import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.api.InvalidInputException;
import io.eplb.api.Placement;
import io.eplb.api.PolicyContext;
import io.eplb.api.PolicyException;
import io.eplb.api.PolicyOption;
import io.eplb.api.Rebalance;
import java.lang.reflect.Field;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Policies that break one rule each, in ways that have been seen in real ones. */
final class BrokenPolicies {
  private BrokenPolicies() {}

  static final class WithASpaceInItsName extends SoundPolicy {
    @Override
    public String name() {
      return "My Policy";
    }
  }

  static final class WithAnOptionTwice extends SoundPolicy {
    @Override
    public List<PolicyOption<?>> options() {
      return List.of(WIDTH, WIDTH);
    }
  }

  /** Sound on one node; says that it can do no more. */
  static final class RefusesMoreThanOneNode extends SoundPolicy {
    @Override
    public Rebalance rebalanceExperts(
        ExpertTable currentExpertTable, ExpertWorkload expertWorkload, PolicyContext context) {
      if (context.topology().nodes() > 1) {
        throw new InvalidInputException("there are several nodes; use one");
      }
      return super.rebalanceExperts(currentExpertTable, expertWorkload, context);
    }
  }

  /** Divides by a load that may be zero. */
  static final class ThrowsOnAnIdleLayer extends SoundPolicy {
    @Override
    boolean planLayer(LayerSketch layer, int[] scratch, PolicyContext context) {
      if (IntStream.range(0, layer.loads.length).allMatch(expert -> layer.loads[expert] == 0)) {
        throw new ArithmeticException("/ by zero");
      }
      return super.planLayer(layer, scratch, context);
    }
  }

  static final class AnswersNullWithoutAnyLoad extends SoundPolicy {
    @Override
    @SuppressWarnings("NullAway")
    public Rebalance rebalanceExperts(
        ExpertTable currentExpertTable, ExpertWorkload expertWorkload, PolicyContext context) {
      LayerSketch first = new LayerSketch(currentExpertTable, expertWorkload, 0);
      return first.loads[first.hottest()] == 0
          ? null
          : super.rebalanceExperts(currentExpertTable, expertWorkload, context);
    }
  }

  /** Answers the layers that changed, and only them. */
  static final class AnswersOneLayerOnly extends SoundPolicy {
    @Override
    Rebalance answer(boolean[] changed, Placement placement) {
      if (placement.layers() == 1) {
        return super.answer(changed, placement);
      }
      int[] row = new int[placement.physicalExperts()];
      placement.copyLayer(0, row, 0);
      return Rebalance.of(
          true, new int[] {0}, Placement.of(1, placement.ranks(), placement.slotsPerRank(), row));
    }
  }

  /** Counts experts from one. */
  static final class NamesAnExpertThatDoesNotExist extends SoundPolicy {
    @Override
    boolean planLayer(LayerSketch layer, int[] scratch, PolicyContext context) {
      int slot = layer.isLegal() ? layer.redundantSlotFor(layer.hottest()) : -1;
      if (slot >= 0) {
        layer.row[slot] = layer.loads.length;
      }
      return slot >= 0;
    }
  }

  /** Takes the last replica of an expert away. */
  static final class LosesAnExpert extends SoundPolicy {
    @Override
    boolean planLayer(LayerSketch layer, int[] scratch, PolicyContext context) {
      int hottest = layer.hottest();
      int slot =
          IntStream.range(0, layer.row.length)
              .filter(at -> layer.replicas(layer.row[at]) == 1 && !layer.holds(at, hottest))
              .findFirst()
              .orElse(-1);
      if (slot < 0 || !layer.isLegal()) {
        return false;
      }
      layer.row[slot] = hottest;
      return true;
    }
  }

  /** Replicates an expert onto a rank that holds it. */
  static final class PutsAnExpertTwiceOnARank extends SoundPolicy {
    @Override
    boolean planLayer(LayerSketch layer, int[] scratch, PolicyContext context) {
      for (int slot = 0; slot < layer.row.length; slot++) {
        int neighbour = slot % layer.slotsPerRank == 0 ? slot + 1 : slot - 1;
        if (layer.slotsPerRank > 1
            && layer.replicas(layer.row[slot]) > 1
            && layer.row[slot] != layer.row[neighbour]) {
          layer.row[slot] = layer.row[neighbour];
          return true;
        }
      }
      return false;
    }
  }

  static final class ForgetsToMarkLayers extends SoundPolicy {
    @Override
    Rebalance answer(boolean[] changed, Placement placement) {
      return Rebalance.of(super.answer(changed, placement).changed(), new int[0], placement);
    }
  }

  /** Turns the ranks around, whatever that moves. */
  static final class IgnoresTheBudget extends SoundPolicy {
    @Override
    boolean planLayer(LayerSketch layer, int[] scratch, PolicyContext context) {
      if (!layer.isLegal()) {
        return false;
      }
      for (int from = 0, to = layer.row.length - 1; from < to; from++, to--) {
        int swapped = layer.row[from];
        layer.row[from] = layer.row[to];
        layer.row[to] = swapped;
      }
      return true;
    }
  }

  /** Depends on something that is none of its input: here, on how many instances there were. */
  static final class AnswersByMood extends SoundPolicy {
    private static final AtomicInteger INSTANCES = new AtomicInteger();
    private final boolean gladly = INSTANCES.getAndIncrement() % 2 == 0;

    @Override
    boolean planLayer(LayerSketch layer, int[] scratch, PolicyContext context) {
      return gladly && super.planLayer(layer, scratch, context);
    }
  }

  /** Leaves something in the scratch that the next layer reads. */
  static final class DoesNotClearItsScratch extends SoundPolicy {
    @Override
    boolean planLayer(LayerSketch layer, int[] scratch, PolicyContext context) {
      return scratch[0]++ % 2 == 0 && super.planLayer(layer, scratch, context);
    }
  }

  /** Keeps a table per thread that only the calling thread has filled. */
  static final class RunsOnItsOwnThreadOnly extends SoundPolicy {
    private static final ThreadLocal<@Nullable ExpertTable> CURRENT = new ThreadLocal<>();

    @Override
    public Rebalance rebalanceExperts(
        ExpertTable currentExpertTable, ExpertWorkload expertWorkload, PolicyContext context) {
      CURRENT.set(currentExpertTable);
      try {
        return super.rebalanceExperts(currentExpertTable, expertWorkload, context);
      } finally {
        CURRENT.remove();
      }
    }

    @Override
    boolean planLayer(LayerSketch layer, int[] scratch, PolicyContext context) {
      return CURRENT.get() != null && super.planLayer(layer, scratch, context);
    }
  }

  /** Plans no table twice, and so answers a question that comes back differently. */
  static final class RemembersWhatItHasPlanned extends SoundPolicy {
    private final Set<Long> planned = ConcurrentHashMap.newKeySet();

    @Override
    public Rebalance rebalanceExperts(
        ExpertTable currentExpertTable, ExpertWorkload expertWorkload, PolicyContext context) {
      return planned.add(context.seed() + currentExpertTable.version())
          ? super.rebalanceExperts(currentExpertTable, expertWorkload, context)
          : Rebalance.unchanged(currentExpertTable);
    }
  }

  /** Hands its input to the layers through a field. */
  static final class SharesAFieldAmongCalls extends SoundPolicy {
    private volatile @Nullable PolicyContext latest;

    @Override
    public Rebalance rebalanceExperts(
        ExpertTable currentExpertTable, ExpertWorkload expertWorkload, PolicyContext context) {
      latest = context;
      return super.rebalanceExperts(currentExpertTable, expertWorkload, context);
    }

    @Override
    boolean planLayer(LayerSketch layer, int[] scratch, PolicyContext context) {
      return latest == context && super.planLayer(layer, scratch, context);
    }
  }

  /** Holds what remains in an int of nanoseconds, which overflows after two seconds. */
  static final class TakesADayForNoTimeAtAll extends SoundPolicy {
    @Override
    public Rebalance rebalanceExperts(
        ExpertTable currentExpertTable, ExpertWorkload expertWorkload, PolicyContext context) {
      long remaining = context.deadline().remainingNanos();
      if (context.deadline().limited() && remaining > Integer.MAX_VALUE) {
        throw new PolicyException("no time is left to plan in");
      }
      return super.rebalanceExperts(currentExpertTable, expertWorkload, context);
    }
  }

  /** Searches until the deadline has passed, if not for very long, and is then late. */
  static final class UsesAllTheTimeThereIs extends SoundPolicy {
    @Override
    public Rebalance rebalanceExperts(
        ExpertTable currentExpertTable, ExpertWorkload expertWorkload, PolicyContext context) {
      int searched = 0;
      while (context.deadline().limited() && !context.deadline().passed() && searched < 50_000) {
        searched++;
      }
      return super.rebalanceExperts(currentExpertTable, expertWorkload, context);
    }
  }

  /** Waits for time that will not come. */
  static final class NeverComesBackOnceItIsTooLate extends SoundPolicy {
    @Override
    public Rebalance rebalanceExperts(
        ExpertTable currentExpertTable, ExpertWorkload expertWorkload, PolicyContext context) {
      while (context.deadline().passed()) {
        Thread.onSpinWait();
      }
      return super.rebalanceExperts(currentExpertTable, expertWorkload, context);
    }
  }

  /** Has room for less than its option allows. */
  static final class FailsAtTheEndOfAnOption extends SoundPolicy {
    @Override
    boolean planLayer(LayerSketch layer, int[] scratch, PolicyContext context) {
      int[] slots = new int[64];
      slots[context.option(WIDTH).intValue()] = 1;
      return super.planLayer(layer, scratch, context);
    }
  }

  /** Writes into the loads it was given. */
  static final class WritesIntoItsInput extends SoundPolicy {
    @Override
    public Rebalance rebalanceExperts(
        ExpertTable currentExpertTable, ExpertWorkload expertWorkload, PolicyContext context) {
      Rebalance answer = super.rebalanceExperts(currentExpertTable, expertWorkload, context);
      try {
        Field tokens = ExpertWorkload.class.getDeclaredField("tokens");
        tokens.setAccessible(true);
        ((double[]) tokens.get(expertWorkload))[0] += 1000;
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException(e);
      }
      return answer;
    }
  }
}
