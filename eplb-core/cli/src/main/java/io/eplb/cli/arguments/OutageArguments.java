package io.eplb.cli.arguments;

import io.eplb.api.EpTopology;
import io.eplb.api.InvalidInputException;
import io.eplb.api.wording.Counted;
import io.eplb.cli.demonstration.RankOutage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.Option;

/** The options {@code --fail} and {@code --return}: ranks that are taken away and given back. */
public final class OutageArguments {
  @Option(
      names = "--fail",
      paramLabel = "RANK@STEP",
      split = ",",
      converter = RankStep.Converter.class,
      description = "Ranks to take away under load, each in a step that it does not end.")
  private List<RankStep> fail = List.of();

  @Option(
      names = "--return",
      paramLabel = "RANK@STEP",
      split = ",",
      converter = RankStep.Converter.class,
      description = "Failed ranks to give back, each after a step of the others.")
  private List<RankStep> giveBack = List.of();

  /** Returns whether ranks are named. */
  public boolean isGiven() {
    return !fail.isEmpty() || !giveBack.isEmpty();
  }

  /**
   * Returns the outages of ranks.
   *
   * @param steps the steps that are served
   * @throws InvalidInputException if they cannot happen, or leave too few slots for the experts
   */
  public List<RankOutage> outages(EpTopology topology, int steps) {
    Map<Integer, Long> returns = new HashMap<>();
    for (RankStep step : giveBack) {
      step.requireWithin("--return", topology.ranks(), steps);
      if (returns.put(step.rank(), step.step()) != null) {
        throw new InvalidInputException("--return: rank " + step.rank() + " is named twice");
      }
    }
    List<RankOutage> outages = new ArrayList<>();
    Set<Integer> failing = new HashSet<>();
    for (RankStep step : fail) {
      step.requireWithin("--fail", topology.ranks(), steps);
      if (!failing.add(step.rank())) {
        throw new InvalidInputException("--fail: rank " + step.rank() + " is named twice");
      }
      Long returnsAt = returns.remove(step.rank());
      if (returnsAt != null && returnsAt <= step.step()) {
        throw new InvalidInputException(
            "--return: rank %d returns at step %d and fails at step %d; it must fail before"
                .formatted(step.rank(), returnsAt, step.step()));
      }
      outages.add(new RankOutage(step.rank(), step.step(), returnsAt));
    }
    for (int rank : returns.keySet()) {
      throw new InvalidInputException(
          "--return: rank " + rank + " does not fail; name it at --fail too");
    }
    requireSlots(topology, outages);
    return outages;
  }

  private static void requireSlots(EpTopology topology, List<RankOutage> outages) {
    for (RankOutage outage : outages) {
      long step = outage.failsAt();
      long dead =
          outages.stream()
              .filter(
                  other -> {
                    Long back = other.returnsAt();
                    return other.failsAt() <= step && (back == null || back >= step);
                  })
              .count();
      long left = (topology.ranks() - dead) * topology.slotsPerRank();
      if (left < topology.experts()) {
        throw new InvalidInputException(
            "--fail: %s would be left at step %d for %s; let fewer ranks fail or add redundant experts"
                .formatted(
                    Counted.of(left, "slot"), step, Counted.of(topology.experts(), "expert")));
      }
    }
  }
}
