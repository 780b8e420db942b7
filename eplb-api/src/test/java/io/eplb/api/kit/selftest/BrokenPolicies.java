package io.eplb.api.kit.selftest;

import io.eplb.api.Dispatch;
import io.eplb.api.EpRanks;
import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.api.LayerEnd;
import io.eplb.api.Objective;
import io.eplb.api.Placement;
import io.eplb.api.PolicyContext;
import io.eplb.api.PolicyException;
import io.eplb.api.PolicyOption;
import io.eplb.api.PolicyTraits;
import io.eplb.api.Rebalance;
import io.eplb.api.UnsupportedRequestException;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.DoubleStream;
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

    @Override
    <T> T option(PolicyContext context, PolicyOption<T> option) {
      return option.defaultValue();
    }
  }

  /** Sound on one node; says that it can do no more. */
  static final class RefusesMoreThanOneNode extends SoundPolicy {
    @Override
    public Rebalance rebalanceExperts(
        ExpertTable currentExpertTable, ExpertWorkload expertWorkload, PolicyContext context) {
      if (context.topology().nodes() > 1) {
        throw new UnsupportedRequestException("there are several nodes; use one");
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
      LayerSketch first = new LayerSketch(currentExpertTable, expertWorkload, 0, context.ranks());
      return first.loads[first.hottest()] == 0
          ? null
          : super.rebalanceExperts(currentExpertTable, expertWorkload, context);
    }
  }

  /** Answers the layers that changed, and only them. */
  static final class AnswersOneLayerOnly extends SoundPolicy {
    @Override
    Rebalance answer(int[] priority, Placement placement) {
      if (placement.layers() == 1) {
        return super.answer(priority, placement);
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
      int slot = layer.isLegal() ? layer.redundantSlotFor(layer.hottest(), true) : -1;
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
              .filter(at -> layer.row[at] != Placement.EMPTY)
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

  /** Fails where the engine divides every batch anew. */
  static final class FailsUnderAnotherDispatch extends SoundPolicy {
    @Override
    boolean planLayer(LayerSketch layer, int[] scratch, PolicyContext context) {
      if (context.dispatch() == Dispatch.LP) {
        throw new IllegalStateException("no such dispatch");
      }
      return super.planLayer(layer, scratch, context);
    }
  }

  /** Replicates an expert onto a rank that holds it, where that is not allowed. */
  static final class PutsAnExpertTwiceOnARank extends SoundPolicy {
    @Override
    boolean planLayer(LayerSketch layer, int[] scratch, PolicyContext context) {
      if (layer.slotsPerRank > context.topology().expertsAvailablePerRank()) {
        return super.planLayer(layer, scratch, context);
      }
      for (int slot = 0; slot < layer.row.length; slot++) {
        int neighbour = slot % layer.slotsPerRank == 0 ? slot + 1 : slot - 1;
        if (layer.slotsPerRank > 1
            && layer.row[slot] != Placement.EMPTY
            && layer.row[neighbour] != Placement.EMPTY
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
    Rebalance answer(int[] priority, Placement placement) {
      return Rebalance.of(priority.length > 0, new int[0], placement);
    }
  }

  /** Turns the ranks around, whatever that moves. */
  static final class IgnoresTheBudget extends SoundPolicy {
    @Override
    boolean planLayer(LayerSketch layer, int[] scratch, PolicyContext context) {
      if (!layer.isLegal() || !super.planLayer(layer, scratch, context)) {
        return false;
      }
      if (!context.ranks().nominal()) {
        return true;
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
  static class RemembersWhatItHasPlanned extends SoundPolicy {
    private final Set<Long> planned = ConcurrentHashMap.newKeySet();

    @Override
    public Rebalance rebalanceExperts(
        ExpertTable currentExpertTable, ExpertWorkload expertWorkload, PolicyContext context) {
      return planned.add(context.seed() + currentExpertTable.version())
          ? super.rebalanceExperts(currentExpertTable, expertWorkload, context)
          : Rebalance.unchanged(currentExpertTable);
    }
  }

  /** Remembers what it has planned, which is no fault of one that says so. */
  static final class RemembersAndSaysSo extends RemembersWhatItHasPlanned {
    @Override
    public PolicyTraits traits() {
      return PolicyTraits.builder().stateful(true).build();
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

  /** Has room for 57 layers, and loses an expert in the next one. */
  static final class IsWrongInLayer57 extends SoundPolicy {
    @Override
    boolean planLayer(LayerSketch layer, int[] scratch, PolicyContext context) {
      return layer.layer == 57
          ? new LosesAnExpert().planLayer(layer, scratch, context)
          : super.planLayer(layer, scratch, context);
    }
  }

  /** Lists the least profitable layer first. */
  static final class ReversesTheLayerPriority extends SoundPolicy {
    @Override
    int[] priority(boolean[] changed, double[] gain) {
      return super.priority(changed, DoubleStream.of(gain).map(each -> -each).toArray());
    }
  }

  /** Keeps loads as floats, which hold neither the least nor the greatest of them. */
  static final class CastsLoadsToFloat extends SoundPolicy {
    @Override
    LayerSketch sketch(ExpertTable table, ExpertWorkload workload, int layer, EpRanks ranks) {
      LayerSketch sketch = super.sketch(table, workload, layer, ranks);
      for (int expert = 0; expert < sketch.loads.length; expert++) {
        sketch.loads[expert] = (float) sketch.loads[expert];
      }
      return sketch;
    }
  }

  /** Declares an option and never asks for it. */
  static final class IgnoresAnOption extends SoundPolicy {
    @Override
    public List<PolicyOption<?>> options() {
      List<PolicyOption<?>> options = new ArrayList<>(super.options());
      options.add(PolicyOption.integer("depth", 2, 1, 9, "How far to look."));
      return options;
    }
  }

  /** Takes the change that makes a peak higher for the better one. */
  static final class InvertsItsObjective extends SoundPolicy {
    @Override
    boolean planLayer(LayerSketch layer, int[] scratch, PolicyContext context) {
      int[] row = layer.row.clone();
      double before = layer.peak();
      if (!context.option(EAGER) || !layer.isLegal()) {
        return false;
      }
      for (int slot = 0; slot < Math.min(row.length, context.option(WIDTH)); slot++) {
        for (int expert = 0; expert < layer.loads.length; expert++) {
          if (row[slot] != Placement.EMPTY
              && layer.replicas(row[slot]) > 1
              && !layer.holds(slot, expert)) {
            layer.row[slot] = expert;
            if (layer.peak() > before) {
              return true;
            }
            layer.row[slot] = row[slot];
          }
        }
      }
      return super.planLayer(layer, scratch, context);
    }
  }

  static final class NeverChangesAnything extends SoundPolicy {
    @Override
    boolean planLayer(LayerSketch layer, int[] scratch, PolicyContext context) {
      return false;
    }
  }

  static final class LooksAtTheFirstWindowOnly extends SoundPolicy {
    @Override
    LayerSketch sketch(ExpertTable table, ExpertWorkload workload, int layer, EpRanks ranks) {
      LayerSketch sketch = super.sketch(table, workload, layer, ranks);
      workload.expertLoads(table, layer, 0, 1, sketch.loads, 0);
      return sketch;
    }
  }

  /** Fills the slots of a dead rank, as a policy does that has never heard of such. */
  static final class PlacesExpertsOnADeadRank extends SoundPolicy {
    @Override
    boolean planLayer(LayerSketch layer, int[] scratch, PolicyContext context) {
      boolean changed = super.planLayer(layer, scratch, context);
      for (int slot = 0; slot < layer.row.length && context.option(EAGER); slot++) {
        if (layer.row[slot] == Placement.EMPTY) {
          layer.row[slot] = 0;
          return true;
        }
      }
      return changed;
    }
  }

  /** Says how high it expects the peaks to be, in tokens, which is no fault. */
  static final class StatesItsPeaks extends SoundPolicy {
    @Override
    public Rebalance rebalanceExperts(
        ExpertTable currentExpertTable, ExpertWorkload expertWorkload, PolicyContext context) {
      Rebalance answer = super.rebalanceExperts(currentExpertTable, expertWorkload, context);
      if (!answer.changed()) {
        return answer;
      }
      int layer = answer.layerPriority()[0];
      double before =
          new LayerSketch(currentExpertTable, expertWorkload, layer, context.ranks()).peak();
      return Rebalance.builder(answer.layerPriority(), answer.newPlacement())
          .expectedPeak(layer, Math.min(before, 1e300), 0.0)
          .build();
    }
  }

  /** Shares out more of an expert's traffic than there is. */
  static final class SharesOutTooMuch extends SoundPolicy {
    @Override
    Rebalance answer(int[] priority, Placement placement) {
      if (priority.length == 0) {
        return super.answer(priority, placement);
      }
      double[] shares = new double[placement.physicalExperts()];
      for (int slot = 0; slot < shares.length; slot++) {
        int rank = slot / placement.slotsPerRank();
        int expert = placement.expertAt(priority[0], rank, slot % placement.slotsPerRank());
        shares[slot] = expert == Placement.EMPTY ? 0.0 : 1.0;
      }
      return Rebalance.builder(priority, placement).shares(priority[0], shares, 0).build();
    }
  }

  /** Takes every rank for equally fast. */
  static final class IgnoresSpeeds extends SoundPolicy {
    @Override
    LayerSketch sketch(ExpertTable table, ExpertWorkload workload, int layer, EpRanks ranks) {
      EpRanks.Builder equal = ranks.toBuilder();
      for (int rank = 0; rank < ranks.ranks(); rank++) {
        equal.speed(rank, 1.0);
      }
      return super.sketch(table, workload, layer, equal.build());
    }
  }

  /** Knows three of the four ends that a layer can have. */
  static final class DoesNotKnowHowALayerEnds extends SoundPolicy {
    @Override
    public void layerEnded(LayerEnd end) {
      if (end.outcome() == LayerEnd.Outcome.ABORTED) {
        throw new IllegalStateException("who would abort a layer?");
      }
    }
  }

  /** Says something else each time. */
  static final class ChangesItsTraits extends SoundPolicy {
    private boolean asked;

    @Override
    public PolicyTraits traits() {
      asked = !asked;
      Objective objective = asked ? Objective.PEAK_LOAD : Objective.OWN_MEASURE;
      return PolicyTraits.builder().objective(objective).build();
    }
  }

  /** Goes through a set, whose order is another one in every virtual machine. */
  static final class DependsOnTheOrderOfASet extends SoundPolicy {
    /** So many that two machines hardly ever agree on an order by chance. */
    private static final Set<String> NAMES =
        Set.copyOf(IntStream.range(0, 4_000).mapToObj(String::valueOf).toList());

    @Override
    boolean planLayer(LayerSketch layer, int[] scratch, PolicyContext context) {
      int mixed = (layer.layer * 31 + layer.hottest()) * String.join("", NAMES).hashCode();
      return Integer.bitCount(mixed) % 2 == 0 && super.planLayer(layer, scratch, context);
    }
  }

  /** Takes its time: on the cluster that the kit measures alone, so that its test is soon over. */
  static final class TakesTwentyMilliseconds extends SoundPolicy {
    @Override
    public Rebalance rebalanceExperts(
        ExpertTable currentExpertTable, ExpertWorkload expertWorkload, PolicyContext context) {
      if (context.seed() == 1 && currentExpertTable.physicalExperts() == 20) {
        LockSupport.parkNanos(20_000_000);
      }
      return super.rebalanceExperts(currentExpertTable, expertWorkload, context);
    }
  }
}
