package io.eplb.api.contract;

import io.eplb.api.InvalidInputException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rules that a proposed layer has to obey, in the order in which they rely on each other.
 * Immutable.
 */
public final class PlacementRules {
  private static final PlacementRules STANDARD =
      new PlacementRules(
          List.of(
              new UnmarkedLayerUnchanged(),
              new ExpertsInRange(),
              new EveryExpertPlaced(),
              new NoDuplicateOnRank(),
              new WithinMigrationBudget(),
              new SharesAndSourcesFit()));

  private final List<LayerRule> rules;

  private PlacementRules(List<LayerRule> rules) {
    this.rules = rules;
  }

  /** Returns rules P2 to P6 and P9. */
  public static PlacementRules standard() {
    return STANDARD;
  }

  /**
   * Returns these rules without one of them, such as P4 for an engine that allows duplicates.
   *
   * @throws InvalidInputException if the rule is P2, on which the others rely, or is not one of P2
   *     to P6 and P9
   */
  public PlacementRules without(Rule rule) {
    if (rule == Rule.P2 || STANDARD.rules.stream().noneMatch(known -> known.rule() == rule)) {
      throw new InvalidInputException(
          "rule " + rule + " cannot be left out; P3, P4, P5, P6 and P9 can");
    }
    List<LayerRule> others = new ArrayList<>(rules);
    others.removeIf(other -> other.rule() == rule);
    return new PlacementRules(List.copyOf(others));
  }

  /** Returns the rules in the order in which they are applied. */
  public List<LayerRule> rules() {
    return rules;
  }

  /**
   * Judges one layer. A row that equals the current one obeys every rule: there is nothing to
   * reject. Shares and sources beside it are judged all the same (P5, P9).
   *
   * @return the first breach in the order of the rules, or null if the layer obeys all
   */
  public @Nullable Breach firstBreach(LayerProposal proposal) {
    boolean unchanged = proposal.unchanged();
    if (unchanged && !proposal.saysMore()) {
      return null;
    }
    for (int index = 0; index < rules.size(); index++) {
      LayerRule rule = rules.get(index);
      boolean applies = !unchanged || rule.rule() == Rule.P5 || rule.rule() == Rule.P9;
      Breach breach = applies ? rule.firstBreach(proposal) : null;
      if (breach != null) {
        return breach;
      }
    }
    return null;
  }

  /**
   * Counts the experts that a layer moves: over its ranks, those held after and not before (ids
   * obey rule P2).
   */
  public static int expertsMoved(LayerProposal proposal) {
    int moved = 0;
    for (int rank = 0; rank < proposal.topology.ranks(); rank++) {
      moved += WithinMigrationBudget.received(proposal, rank);
    }
    return moved;
  }
}
