package io.eplb.api.kit;

import io.eplb.api.Rebalance;
import io.eplb.api.UnsupportedRequestException;
import io.eplb.api.contract.Breach;
import io.eplb.api.contract.LayerProposal;
import io.eplb.api.contract.LayerRule;
import io.eplb.api.contract.PlacementRules;
import io.eplb.api.contract.Rule;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds what is wrong with answers, rule by rule, by the same rules that the core applies. Each
 * question looks at one rule alone and passes over answers that another rule has to refuse, so that
 * one mistake fails one test.
 */
final class Judge {
  private Judge() {}

  /** Finds a call that threw. */
  static @Nullable Fault exception(History history) {
    for (Call call : history.calls()) {
      if (call.thrown() != null) {
        return new Fault("P1: the policy threw " + call.thrown(), call, 0);
      }
    }
    return null;
  }

  /** Finds a call that was not refused as the user's to mend. */
  static @Nullable Fault missingRefusal(History history) {
    for (Call call : history.calls()) {
      if (!(call.thrown() instanceof UnsupportedRequestException)) {
        return new Fault(
            "P1: the policy is said to refuse such a cluster by an UnsupportedRequestException, but the"
                + " outcome is "
                + call.outcome(),
            call,
            0);
      }
    }
    return null;
  }

  /** Finds a call that gave null. */
  static @Nullable Fault nullAnswer(History history) {
    for (Call call : history.calls()) {
      if (call.answer() == null && call.thrown() == null) {
        return new Fault("P1: the policy answered null", call, 0);
      }
    }
    return null;
  }

  /** Finds an answer of another shape than the current table. */
  static @Nullable Fault shape(History history) {
    for (Call call : history.calls()) {
      Rebalance answer = call.answer();
      if (answer != null && call.misshapen()) {
        return new Fault(
            "P1: the answer is a "
                + answer.newPlacement()
                + ", the current table "
                + call.table().placement(),
            call,
            0);
      }
    }
    return null;
  }

  /** Finds a layer that breaks one of P2 to P6, or P9. */
  static @Nullable Fault breach(History history, Rule rule) {
    for (Call call : history.calls()) {
      Rebalance answer = call.usableAnswer();
      if (answer == null || !answer.changed()) {
        continue;
      }
      boolean[] marked = new boolean[call.table().layers()];
      for (int layer : answer.layerPriority()) {
        marked[layer] = true;
      }
      LayerProposal proposal =
          new LayerProposal(
              call.scenario().topology(), call.scenario().ranks(), call.scenario().budget());
      for (int layer = 0; layer < marked.length; layer++) {
        proposal.load(layer, call.table(), answer, marked[layer]);
        Breach breach = breach(proposal, rule);
        if (breach != null) {
          return new Fault(breach.toString(), call, layer);
        }
      }
    }
    return null;
  }

  private static @Nullable Breach breach(LayerProposal proposal, Rule rule) {
    if (proposal.unchanged()) {
      return null;
    }
    // An unmarked layer is judged by P5 alone. A row with experts that do not exist says nothing
    // that P3, P4, P6 and P9 could judge.
    boolean judged =
        switch (rule) {
          case P5 -> true;
          case P2 -> proposal.marked();
          default -> proposal.marked() && theRule(Rule.P2).firstBreach(proposal) == null;
        };
    return judged ? theRule(rule).firstBreach(proposal) : null;
  }

  private static LayerRule theRule(Rule rule) {
    for (LayerRule each : PlacementRules.standard().rules()) {
      if (each.rule() == rule) {
        return each;
      }
    }
    throw new IllegalArgumentException(rule + " is not judged layer by layer");
  }

  /**
   * Finds anything that makes the core refuse an answer or a layer of it.
   *
   * @param duplicatesAllowed whether P4 is left out
   */
  static @Nullable Fault anything(History history, boolean duplicatesAllowed) {
    Fault fault = exception(history);
    fault = fault == null ? nullAnswer(history) : fault;
    fault = fault == null ? shape(history) : fault;
    Set<Rule> rules = EnumSet.range(Rule.P2, Rule.P6);
    rules.add(Rule.P9);
    if (duplicatesAllowed) {
      rules.remove(Rule.P4);
    }
    for (Rule rule : rules) {
      fault = fault == null ? breach(history, rule) : fault;
    }
    return fault;
  }
}
