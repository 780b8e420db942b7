package io.eplb.core.advice;

import io.eplb.api.Dispatch;
import io.eplb.api.InvalidInputException;
import io.eplb.core.simulation.Contenders;
import io.eplb.core.simulation.StaticContender;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;

/**
 * Answers a {@link Question} by simulations, one dimension after the other; the package describes
 * the method. Runs once, in one thread; {@link #stop} may come from any.
 */
public final class Advisor {
  private static final Comparator<Trial> FEWEST_MOVES =
      Comparator.comparingDouble(Trial::movedLater).thenComparingDouble(Trial::movedFirst);

  private final Question question;
  private final List<String> policies;
  private final List<Integer> redundancies;
  private final Rehearsal rehearsal;
  private final Progress progress;
  private final Comparator<Trial> cheapest;
  private int tried;

  /** Finds the contender of a policy. */
  @FunctionalInterface
  public interface Entrants {
    /**
     * Finds a policy.
     *
     * @param policy its name, or {@code static}
     * @param dispatch the dispatch that it is told of
     */
    Contenders.Entrant find(String policy, Dispatch dispatch);
  }

  /** A listener to the progress of an advice. */
  @FunctionalInterface
  public interface Progress {
    /**
     * Receives the number of simulations that are done.
     *
     * @param done the simulations so far
     * @param outOf the most that are needed
     */
    void tried(int done, int outOf);
  }

  /**
   * Prepares an advice.
   *
   * @param policies the names of the policies to try
   * @param entrants finds them, and {@code static}
   * @param progress is told of every simulation
   */
  public Advisor(Question question, List<String> policies, Entrants entrants, Progress progress) {
    this.question = question;
    this.policies =
        policies.stream().filter(policy -> !policy.equals(StaticContender.NAME)).toList();
    this.redundancies =
        Redundancies.upTo(
            question.maxRedundant(), question.present().experts(), question.present().ranks());
    this.rehearsal = new Rehearsal(question, entrants);
    this.progress = progress;
    this.cheapest = question.movesPriced() ? Comparator.comparingDouble(Trial::cost) : FEWEST_MOVES;
  }

  /** Gives up the advice under way. */
  public void stop() {
    rehearsal.stop();
  }

  /**
   * Answers.
   *
   * @return the advice; empty if it was stopped
   * @throws InvalidInputException if no policy plans for the group
   */
  public Optional<Advice> advise() {
    try {
      return Optional.of(judged());
    } catch (CancellationException stopped) {
      return Optional.empty();
    }
  }

  private Advice judged() {
    if (question.windows() < Question.FEWEST_WINDOWS) {
      return unanswered(Verdict.tooShort(question.windows()));
    }
    double tokens = question.tokensPerActiveExpert();
    if (tokens == 0.0) {
      return unanswered(Verdict.idle());
    }
    Candidate present =
        new Candidate(
            StaticContender.NAME, question.present().redundantExperts(), 1, question.dispatch());
    Trial before = required(present);
    if (question.measure() != Measure.TIME && before.cost() < Verdict.FLAT_BELOW) {
      return decided(Verdict.flat(before.cost()), before);
    }
    if (question.measure() == Measure.STEP && tokens < Verdict.FEWEST_TOKENS) {
      return decided(Verdict.tinyBatches(tokens), before);
    }
    Findings findings = search(before);
    return new Advice(
        question,
        Verdict.of(question, before, findings),
        Optional.of(before),
        Optional.of(findings));
  }

  private Advice unanswered(Verdict verdict) {
    return new Advice(question, verdict, Optional.empty(), Optional.empty());
  }

  private Advice decided(Verdict verdict, Trial before) {
    return new Advice(question, verdict, Optional.of(before), Optional.empty());
  }

  private Findings search(Trial before) {
    Candidate present = before.candidate();
    int first = redundancies.get(Math.min(1, redundancies.size() - 1));
    List<List<Trial>> planners = planners(present.with(first));
    Trial best = chosen(planners, before);
    Curve curve = curve(best);
    int knee = curve.knee().candidate().redundantExperts();
    if (knee != first) {
      planners = planners(present.with(knee));
      best = chosen(planners, before);
    }
    List<Trial> intervals =
        question.movesPriced() ? of(best.candidate().policy(), planners) : intervals(best);
    Trial advised =
        question.movesPriced()
            ? best
            : Noise.choose(
                intervals, Comparator.comparingInt(trial -> -trial.candidate().interval()));
    Trial chosen = best;
    List<Trial> bests =
        planners.stream()
            .map(trials -> trials.contains(chosen) ? chosen : Noise.choose(trials, cheapest))
            .toList();
    List<Trial> policies = new ArrayList<>(bests);
    policies.add(0, required(present.with(knee).by(StaticContender.NAME)));
    return new Findings(
        advised,
        policies,
        refusing(bests),
        curve,
        intervals,
        dispatches(advised, Math.max(first, knee)),
        hierarchy(bests));
  }

  /**
   * Tries all policies, each with a plan for every window; where moves have a price, with longer
   * intervals too, since these decide what a policy costs.
   *
   * @return the trials of every policy that plans for the group, by ascending interval
   */
  private List<List<Trial>> planners(Candidate like) {
    List<List<Trial>> planners = new ArrayList<>();
    for (String policy : policies) {
      attempt(like.by(policy))
          .map(trial -> question.movesPriced() ? intervals(trial) : List.of(trial))
          .ifPresent(planners::add);
    }
    return planners;
  }

  private static List<Trial> of(String policy, List<List<Trial>> planners) {
    return planners.stream()
        .filter(trials -> trials.get(0).candidate().policy().equals(policy))
        .findFirst()
        .orElseThrow();
  }

  /**
   * Returns the cheapest trial of those that are best but for noise: of those that save more than
   * noise, if there are any.
   */
  private Trial chosen(List<List<Trial>> planners, Trial before) {
    if (planners.isEmpty()) {
      throw new InvalidInputException(
          "none of the policies %s plans for this group; simulate says why"
              .formatted(String.join(", ", policies)));
    }
    List<Trial> all = planners.stream().flatMap(List::stream).toList();
    List<Trial> saving = all.stream().filter(trial -> Noise.below(trial, before)).toList();
    return Noise.choose(saving.isEmpty() ? all : saving, cheapest);
  }

  private List<String> refusing(List<Trial> planning) {
    List<String> names = planning.stream().map(trial -> trial.candidate().policy()).toList();
    return policies.stream().filter(policy -> !names.contains(policy)).toList();
  }

  private Curve curve(Trial best) {
    List<Trial> points = new ArrayList<>();
    for (int redundant : redundancies) {
      if (redundant == best.candidate().redundantExperts()) {
        points.add(best);
      } else {
        attempt(best.candidate().with(redundant)).ifPresent(points::add);
      }
    }
    return Curve.of(points, question.measure().worthwhile());
  }

  private List<Trial> intervals(Trial best) {
    List<Trial> trials = new ArrayList<>(List.of(best));
    for (int windows = 2; windows <= question.heldBack(); windows *= 2) {
      attempt(best.candidate().every(windows)).ifPresent(trials::add);
    }
    return trials;
  }

  /**
   * Tries the other dispatches.
   *
   * @param redundant the redundant experts for them; without any, dispatches do not differ
   */
  private List<Trial> dispatches(Trial advised, int redundant) {
    List<Trial> trials = new ArrayList<>(List.of(advised));
    for (Dispatch dispatch : Dispatch.values()) {
      boolean measurable = dispatch != Dispatch.SINGLE || question.steps();
      if (measurable && dispatch != question.dispatch()) {
        attempt(advised.candidate().with(redundant).under(dispatch)).ifPresent(trials::add);
      }
    }
    return trials;
  }

  private Optional<Hierarchy> hierarchy(List<Trial> planning) {
    return question.present().nodes() > 1 && question.present().expertGroups() > 1
        ? Optional.of(Hierarchy.of(planning, cheapest))
        : Optional.empty();
  }

  private Trial required(Candidate candidate) {
    return attempt(candidate)
        .orElseThrow(
            () ->
                new InvalidInputException(
                    "the recording cannot be replayed with %d redundant experts"
                        .formatted(candidate.redundantExperts())));
  }

  private Optional<Trial> attempt(Candidate candidate) {
    Optional<Trial> trial = rehearsal.of(candidate);
    progress.tried(++tried, most());
    return trial;
  }

  /** Returns the most simulations that are needed. */
  public int most() {
    int intervals = 32 - Integer.numberOfLeadingZeros(Math.max(1, question.heldBack()));
    boolean priced = question.movesPriced();
    return 2 // as it serves now, and without plans at the knee
        + 2 * policies.size() * (priced ? intervals : 1)
        + redundancies.size()
        - 1
        + (priced ? 0 : intervals - 1)
        + Dispatch.values().length
        - 1;
  }
}
