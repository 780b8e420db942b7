package io.eplb.core.advice;

import java.util.Comparator;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * The answer to the question whether balancing pays, with its reason.
 *
 * @param reason the rule that decided
 * @param because the reason in a sentence, with its figures
 */
public record Verdict(Reason reason, String because) {
  /** The least PAR that is worth any work. */
  static final double FLAT_BELOW = 1.05;

  /**
   * The fewest tokens of an active expert in a step at which tokens matter. Reading the weights of
   * an expert takes an accelerator about as long as computing 200 tokens with them, so below this
   * all arithmetic together is less than a twelfth of the time.
   */
  static final double FEWEST_TOKENS = 16.0;

  private static final int FEW_EXPERTS_PER_RANK = 2;

  /** The rules that decide, in their order. */
  public enum Reason {
    /** Too few windows to hold some back: no answer. */
    TOO_SHORT,
    /** No load at all: no answer. */
    IDLE,
    /** No: the load is nearly even without any plan. */
    FLAT,
    /** No: steps have so few tokens that reading weights decides. */
    TINY_BATCHES,
    /** Yes. */
    PAYS,
    /** No: tokens are balanced, but the predicted time hardly falls. */
    NO_TIME,
    /** No: plans come too late for the windows after them. */
    SHIFTS,
    /** No: there are too few experts on a rank to arrange. */
    FEW_EXPERTS,
    /** No: no plan is enough better. */
    NO_GAIN
  }

  /** Returns whether balancing pays. */
  public boolean pays() {
    return reason == Reason.PAYS;
  }

  /** Returns whether the recording sufficed for an answer. */
  public boolean answered() {
    return reason != Reason.TOO_SHORT && reason != Reason.IDLE;
  }

  static Verdict tooShort(int windows) {
    return of(
        Reason.TOO_SHORT,
        "the recording has %d window%s, and at least %d are needed, half of them to be held back;"
            + " record 16 or more, each as long as the interval between plans, or sum fewer steps to a"
            + " window",
        windows,
        windows == 1 ? "" : "s",
        Question.FEWEST_WINDOWS);
  }

  static Verdict idle() {
    return of(Reason.IDLE, "the recording has no load; record while the engine serves");
  }

  static Verdict flat(double par) {
    return of(
        Reason.FLAT,
        "PAR is %.3f without any plan, below %.2f: perfect balance would take at most %.1f %% off"
            + " the hottest rank",
        par,
        FLAT_BELOW,
        100 * (1 - 1 / par));
  }

  static Verdict tinyBatches(double tokens) {
    return of(
        Reason.TINY_BATCHES,
        "an expert that is active gets %.1f tokens in a step, fewer than %.0f: a step then takes as"
            + " long as reading weights takes, however tokens are spread; give --step-time to have the"
            + " time predicted",
        tokens,
        FEWEST_TOKENS);
  }

  /**
   * Judges a search.
   *
   * @param before the group as it serves now, without any plan
   */
  static Verdict of(Question question, Trial before, Findings findings) {
    Measure measure = question.measure();
    Trial advised = findings.advised();
    double saving = advised.saving(before);
    String costs =
        text(
            "%s %s from %.3f without a plan to %.3f (%+.1f %%) on the held-back windows",
            measure.title(),
            saving >= 0 ? "falls" : "rises",
            before.cost(),
            advised.cost(),
            -100 * saving);
    if (saving >= measure.worthwhile() && Noise.below(advised, before)) {
      return new Verdict(Reason.PAYS, costs);
    }
    if (saving >= measure.worthwhile()) {
      return new Verdict(
          Reason.NO_GAIN,
          costs
              + text(
                  "; that is no more than the noise of %d windows: record more",
                  question.heldBack()));
    }
    String least =
        costs
            + text(
                "; it pays if it falls by %.0f %% and by more than noise",
                100 * measure.worthwhile());
    Trial balanced = balanced(before, findings);
    if (measure == Measure.TIME && saves(before.par(), balanced.par())) {
      return new Verdict(Reason.NO_TIME, least + noTime(question, before, balanced));
    }
    Trial prompt = best(findings, Trial::parSame);
    if (saves(before.par(), prompt.parSame())) {
      return new Verdict(
          Reason.SHIFTS,
          least
              + text(
                  ". The load shifts faster than the windows: plans reach a PAR of %.3f on the window"
                      + " that they are made from, and %.3f on the next; record shorter windows",
                  prompt.parSame(), prompt.par()));
    }
    int experts = question.present().experts();
    int ranks = question.present().ranks();
    return experts <= FEW_EXPERTS_PER_RANK * ranks
        ? new Verdict(
            Reason.FEW_EXPERTS,
            least + text(". %d experts on %d ranks leave little to arrange", experts, ranks))
        : new Verdict(Reason.NO_GAIN, least);
  }

  /** Returns the reason why time does not fall with PAR, as seen with the best balanced trial. */
  private static String noTime(Question question, Trial before, Trial balanced) {
    String par =
        text(
            ". %s brings PAR from %.3f to %.3f, but ",
            balanced.candidate().policy(), before.par(), balanced.par());
    double saved = before.serving() - balanced.serving();
    if (saved <= 0) {
      return par + "the time goes into reading weights, those of replicas too";
    }
    double moves = balanced.cost() - balanced.serving();
    int steps = question.stepsPerWindow() * balanced.candidate().interval();
    if (moves <= 0) {
      return par + "tokens are a small part of the time";
    }
    if (moves < saved) {
      return par
          + text(
              "of the %.1f µs per layer and step that it saves its moves take %.1f", saved, moves);
    }
    return par
        + text(
            "its moves take %.1f µs per layer and step and save %.1f: a plan pays for itself after %.0f steps,"
                + " here it is replaced after %d",
            moves, saved, Math.ceil(moves * steps / saved), steps);
  }

  /**
   * Returns the best balanced trial with the advised redundancy; if that balances nothing, the best
   * balanced one with any.
   */
  private static Trial balanced(Trial before, Findings findings) {
    return findings.policies().stream()
        .min(Comparator.comparingDouble(Trial::par))
        .filter(trial -> saves(before.par(), trial.par()))
        .orElseGet(() -> best(findings, Trial::par));
  }

  private static Trial best(Findings findings, ToDoubleFunction<Trial> figure) {
    return Stream.concat(findings.policies().stream(), findings.curve().points().stream())
        .min(Comparator.comparingDouble(figure))
        .orElse(findings.advised());
  }

  private static boolean saves(double before, double after) {
    return 1.0 - after / before >= Measure.WINDOW.worthwhile();
  }

  private static Verdict of(Reason reason, String because, Object... figures) {
    return new Verdict(reason, text(because, figures));
  }

  private static String text(String format, Object... figures) {
    return String.format(Locale.ROOT, format, figures);
  }
}
