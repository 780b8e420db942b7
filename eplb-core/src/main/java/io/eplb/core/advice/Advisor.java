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
import java.util.stream.Stream;

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
    List<Contest> contests =
        redundancies.stream()
            .flatMap(redundant -> contest(present.with(redundant), before).stream())
            .toList();
    if (contests.isEmpty()) {
      throw new InvalidInputException(
          "none of the policies %s plans for this group; simulate says why"
              .formatted(String.join(", ", policies)));
    }
    Curve curve =
        Curve.of(contests.stream().map(Contest::best).toList(), question.measure().worthwhile());
    Contest knee =
        contests.stream().filter(one -> one.best().equals(curve.knee())).findFirst().orElseThrow();
    List<Trial> intervals = question.movesPriced() ? knee.ofBest() : everyFewWindows(curve.knee());
    Trial advised =
        question.movesPriced()
            ? curve.knee()
            : Noise.choose(
                intervals, Comparator.comparingInt(trial -> -trial.candidate().interval()));
    List<Trial> bests =
        knee.trials().stream()
            .map(trials -> trials.contains(advised) ? advised : Noise.choose(trials, cheapest))
            .toList();
    List<Trial> tried = new ArrayList<>(bests);
    tried.add(0, required(present.with(knee.redundantExperts()).by(StaticContender.NAME)));
    return new Findings(
        advised,
        tried,
        refusing(bests),
        curve,
        intervals,
        dispatches(advised, before),
        hierarchy(bests));
  }

  /**
   * Tries all policies, each with a plan in the interval of a candidate; where moves have a price,
   * in longer intervals too, since these decide what a policy costs.
   *
   * @return empty if no policy plans for the group
   */
  private Optional<Contest> contest(Candidate like, Trial before) {
    List<List<Trial>> trials = new ArrayList<>();
    for (String policy : policies) {
      attempt(like.by(policy))
          .map(trial -> question.movesPriced() ? everyFewWindows(trial) : List.of(trial))
          .ifPresent(trials::add);
    }
    return trials.isEmpty()
        ? Optional.empty()
        : Optional.of(new Contest(trials, best(trials, before)));
  }

  /**
   * Returns the cheapest trial of those that are best but for noise: of those that save more than
   * noise, if there are any.
   */
  private Trial best(List<List<Trial>> trials, Trial before) {
    List<Trial> all = trials.stream().flatMap(List::stream).toList();
    List<Trial> saving = all.stream().filter(trial -> Noise.below(trial, before)).toList();
    return Noise.choose(saving.isEmpty() ? all : saving, cheapest);
  }

  private List<String> refusing(List<Trial> planning) {
    List<String> names = planning.stream().map(trial -> trial.candidate().policy()).toList();
    return policies.stream().filter(policy -> !names.contains(policy)).toList();
  }

  /** Tries a policy in longer intervals too. */
  private List<Trial> everyFewWindows(Trial everyWindow) {
    List<Trial> trials = new ArrayList<>(List.of(everyWindow));
    for (int windows = 2; windows <= question.heldBack(); windows *= 2) {
      attempt(everyWindow.candidate().every(windows)).ifPresent(trials::add);
    }
    return trials;
  }

  /** Finds the best policy under each of the other dispatches. */
  private List<Trial> dispatches(Trial advised, Trial before) {
    Candidate like = advised.candidate().with(replicated(advised));
    List<Trial> trials = new ArrayList<>(List.of(advised));
    for (Dispatch dispatch : otherDispatches()) {
      contest(question.movesPriced() ? like.every(1).under(dispatch) : like.under(dispatch), before)
          .map(Contest::best)
          .ifPresent(trials::add);
    }
    return trials;
  }

  /** Returns the redundant experts to compare dispatches with, which differ by replicas alone. */
  private int replicated(Trial advised) {
    int first = redundancies.get(Math.min(1, redundancies.size() - 1));
    return Math.max(first, advised.candidate().redundantExperts());
  }

  private List<Dispatch> otherDispatches() {
    return Stream.of(Dispatch.values())
        .filter(dispatch -> dispatch != question.dispatch())
        .filter(dispatch -> dispatch != Dispatch.SINGLE || question.steps())
        .toList();
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
    int contest = policies.size() * (question.movesPriced() ? intervals : 1);
    return 2 // as it serves now, and without plans at the knee
        + contest * (redundancies.size() + otherDispatches().size())
        + (question.movesPriced() ? 0 : intervals - 1);
  }
}
