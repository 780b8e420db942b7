package io.eplb.api.kit;

import io.eplb.api.Dispatch;
import io.eplb.api.EpRanks;
import io.eplb.api.LayerBalance;
import io.eplb.api.PolicyOption;
import io.eplb.api.PolicyOptions;
import io.eplb.api.Rebalance;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The aims of a policy that lowers peaks. No rule asks for them: a policy that keeps every rule and
 * helps nobody is possible, and useless.
 *
 * <p>Only first calls are judged, with one window where peaks are compared: a policy may weigh what
 * it remembers, and how loads vary among windows, as it likes.
 */
final class Aims {
  /** Powers of two that keep sums of the loads of {@link #ORDINARY} cases finite and normal. */
  private static final int[] UNITS = {-500, 500};

  private static final Set<LoadKind> ORDINARY =
      Set.of(
          LoadKind.EQUAL,
          LoadKind.RANDOM_COUNTS,
          LoadKind.FEW_VALUES,
          LoadKind.SKEWED,
          LoadKind.ONE_HOT_EXPERT,
          LoadKind.IDLE_LAYERS);

  /** A layer below this PAR is as good as balanced. */
  private static final double UNBALANCED = 1.2;

  private static final double ROUNDING = 1e-9;

  private final Subject subject;
  private final boolean duplicatesAllowed;

  Aims(Subject subject, boolean duplicatesAllowed) {
    this.subject = subject;
    this.duplicatesAllowed = duplicatesAllowed;
  }

  /** Returns whether no rule refuses an answer to a case. */
  boolean answersSoundly(Scenario scenario) {
    return firstCall(scenario) != null;
  }

  /** Returns whether the first answer to a case changes anything. */
  boolean changesSomething(Scenario scenario) {
    Rebalance answer = subject.history(scenario).calls().get(0).usableAnswer();
    return answer != null && answer.changed();
  }

  /** Finds a plan whose layers have a greater sum of peaks than before. */
  @Nullable Fault raisedPeak(Scenario scenario) {
    Call call = firstCall(scenario);
    if (call == null || scenario.windows() > 1) {
      return null;
    }
    double before = 0.0;
    double after = 0.0;
    int worst = 0;
    double most = 0.0;
    for (Gain gain : gains(call)) {
      before += gain.before();
      after += gain.after();
      if (gain.after() - gain.before() > most) {
        most = gain.after() - gain.before();
        worst = gain.layer();
      }
    }
    return after > before * (1 + ROUNDING)
        ? new Fault(
            "the peaks of the changed layers rise from "
                + before
                + " to "
                + after
                + " tokens in sum; a plan that lowers none should change nothing",
            call,
            worst)
        : null;
  }

  /** Returns whether a plan lowers the peak of any layer that is far from balanced. */
  boolean lowersAPeak(Scenario scenario) {
    Call call = firstCall(scenario);
    return call != null
        && gains(call).stream().anyMatch(gain -> gain.after() < gain.before() * (1 - ROUNDING));
  }

  /** Returns whether a case has a layer that is far from balanced. */
  static boolean unbalanced(Scenario scenario) {
    return ORDINARY.contains(scenario.loadKind())
        && scenario.topology().ranks() > 1
        && scenario.topology().slotsPerRank() > 1
        && scenario.windows() == 1
        && scenario.dispatch() == Dispatch.EVEN
        && scenario.greatestPeakToAverage() > UNBALANCED;
  }

  /**
   * Counts the pairs of marked layers of which the first in the list gains more than the second,
   * less those of which it gains less, for three measures of gain: the fall of the peak in tokens,
   * its ratio, and the fall of PAR.
   */
  int[] pairsInOrder(Scenario scenario) {
    int[] ordered = new int[3];
    Call call = firstCall(scenario);
    if (call == null || scenario.windows() > 1) {
      return ordered;
    }
    List<Gain> gains = gains(call);
    for (int first = 0; first < gains.size(); first++) {
      for (int second = first + 1; second < gains.size(); second++) {
        for (int measure = 0; measure < ordered.length; measure++) {
          ordered[measure] +=
              Double.compare(gains.get(first).measure(measure), gains.get(second).measure(measure));
        }
      }
    }
    return ordered;
  }

  /** Finds an answer that depends on the unit in which loads are counted. */
  @Nullable Fault dependenceOnTheUnit(Scenario scenario) {
    if (!ORDINARY.contains(scenario.loadKind()) || !subject.repeats(scenario)) {
      return null;
    }
    History history = subject.history(scenario);
    for (int exponent : UNITS) {
      History scaled = subject.history(scenario.with(LoadTwist.scaledBy(exponent)));
      // Peaks that an answer expects are in tokens, and grow with them.
      Call call = history.firstDifference(scaled, Aims::placesAlike);
      if (call != null) {
        Call other =
            scaled.calls().size() > call.number() ? scaled.calls().get(call.number()) : null;
        AnswerDifference difference = AnswerDifference.of(call, other);
        return new Fault(
            "with all loads multiplied by 2^"
                + exponent
                + ", the answer differs: "
                + difference.text(),
            call,
            difference.layer());
      }
    }
    return null;
  }

  private static boolean placesAlike(Rebalance one, Rebalance other) {
    return one.changed() == other.changed()
        && Arrays.equals(one.layerPriority(), other.layerPriority())
        && one.newPlacement().equals(other.newPlacement());
  }

  /** Returns whether the answer changes when one expert gets nearly all tokens of a window. */
  boolean hearsOf(Scenario scenario, int window) {
    return answersDiffer(
        subject.history(scenario), subject.history(scenario.with(LoadTwist.spikeIn(window))));
  }

  /** Returns whether the answer changes when one rank becomes slow. */
  boolean hearsOfSpeeds(Scenario scenario) {
    return answersDiffer(
        subject.history(scenario.with(RanksKind.EQUAL)),
        subject.history(scenario.with(RanksKind.ONE_SLOW)));
  }

  /** Returns the names of the options that change no answer, whatever value is tried. */
  Set<String> optionsWithoutEffect(
      List<Scenario> cases, List<Map<String, Object>> variants, Set<String> exempt) {
    Set<String> without = new TreeSet<>();
    for (PolicyOption<?> option : subject.declaredOptions()) {
      List<Map<String, Object>> own = new ArrayList<>(OptionVariants.oneAtATime(List.of(option)));
      variants.stream().filter(variant -> variant.containsKey(option.name())).forEach(own::add);
      if (!exempt.contains(option.name())
          && own.stream().noneMatch(variant -> hasEffect(cases, variant))) {
        without.add(option.name());
      }
    }
    return without;
  }

  private boolean hasEffect(List<Scenario> cases, Map<String, Object> variant) {
    PolicyOptions options = PolicyOptions.of(subject.declaredOptions(), variant);
    return cases.stream()
        .anyMatch(
            scenario ->
                answersDiffer(subject.history(scenario), subject.history(scenario, options)));
  }

  private static boolean answersDiffer(History one, History other) {
    for (int number = 0; number < Math.min(one.calls().size(), other.calls().size()); number++) {
      if (!Objects.equals(one.calls().get(number).answer(), other.calls().get(number).answer())) {
        return true;
      }
    }
    return one.calls().size() != other.calls().size();
  }

  private @Nullable Call firstCall(Scenario scenario) {
    History history = subject.history(scenario);
    return Judge.anything(history, duplicatesAllowed) == null ? history.calls().get(0) : null;
  }

  /**
   * Returns what each layer of the layer priority gains under an even split, in its order; nothing
   * under another dispatch, which a policy need not know.
   */
  private static List<Gain> gains(Call call) {
    Rebalance answer = call.usableAnswer();
    List<Gain> gains = new ArrayList<>();
    if (answer == null || !answer.changed() || call.scenario().dispatch() != Dispatch.EVEN) {
      return gains;
    }
    EpRanks ranks = call.scenario().ranks();
    int[] row = new int[call.table().physicalExperts()];
    double[] loads = new double[call.table().experts()];
    for (int layer : answer.layerPriority()) {
      call.workload().expertLoads(call.table(), layer, loads, 0);
      LayerBalance before = LayerBalance.of(call.table(), layer, loads, ranks);
      answer.newPlacement().copyLayer(layer, row, 0);
      LayerBalance after = LayerBalance.of(row, loads, ranks);
      gains.add(
          new Gain(
              layer, before.peak(), after.peak(), before.peakToAverage(), after.peakToAverage()));
    }
    return gains;
  }

  /** The peak of one layer before and after a plan. */
  private record Gain(int layer, double before, double after, double parBefore, double parAfter) {
    double measure(int measure) {
      return switch (measure) {
        case 0 -> before - after;
        case 1 -> before == 0.0 ? 0.0 : 1 - after / before;
        default -> parBefore - parAfter;
      };
    }
  }
}
