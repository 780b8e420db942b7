package io.eplb.cli.reports;

import io.eplb.core.simulation.Payback;
import io.eplb.core.simulation.PolicyScore;
import io.eplb.core.simulation.Spread;
import io.eplb.core.simulation.StepScore;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;

/** A figure of a policy on single steps; less is better. */
public enum StepColumn {
  PAR_MEAN(Group.PAR, "mean", par(Spread::mean)),
  PAR_P50(Group.PAR, "p50", par(Spread::p50)),
  PAR_P95(Group.PAR, "p95", par(Spread::p95)),
  PAR_P99(Group.PAR, "p99", par(Spread::p99)),
  READ_MEAN(Group.READ, "mean", read(Spread::mean)),
  READ_P95(Group.READ, "p95", read(Spread::p95)),
  TIME_MEAN(Group.TIME, "mean", time(Spread::mean)),
  TIME_P99(Group.TIME, "p99", time(Spread::p99)),
  TIME_WITH_MOVES(Group.TIME, "+ moves", PolicyScore::stepMicrosWithMoves),
  MOVES_FIRST(Group.MOVES, "first", PolicyScore::moveMicrosFirst),
  MOVES_LATER(Group.MOVES, "later", PolicyScore::moveMicrosSteady),
  PAID_FIRST(Group.PAID, "first", paid(Payback::first)),
  PAID_LATER(Group.PAID, "later", paid(Payback::later));

  /** Columns under one head. */
  public enum Group {
    PAR("PAR of a step", 4),
    READ("most read ÷ mean", 4),
    TIME("µs of a step", 1),
    MOVES("µs of moves", 0),
    PAID("paid after steps", 0);

    private final String title;
    private final int decimals;

    Group(String title, int decimals) {
      this.title = title;
      this.decimals = decimals;
    }

    /** Returns the head over the columns. */
    String title() {
      return title;
    }
  }

  private final Group group;
  private final String head;

  @SuppressWarnings("ImmutableEnumChecker") // The functions above have no state.
  private final Function<PolicyScore, OptionalDouble> value;

  StepColumn(Group group, String head, Function<PolicyScore, OptionalDouble> value) {
    this.group = group;
    this.head = head;
    this.value = value;
  }

  private static Function<PolicyScore, OptionalDouble> par(Function<Spread, Double> figure) {
    return score -> first(score.steps().map(steps -> figure.apply(steps.par())));
  }

  private static Function<PolicyScore, OptionalDouble> read(Function<Spread, Double> figure) {
    return score -> first(score.steps().map(steps -> figure.apply(steps.activated())));
  }

  private static Function<PolicyScore, OptionalDouble> time(Function<Spread, Double> figure) {
    return score -> first(score.steps().flatMap(StepScore::micros).map(figure));
  }

  private static Function<PolicyScore, OptionalDouble> paid(
      Function<Payback, OptionalDouble> figure) {
    return score -> score.payback().map(figure).orElse(OptionalDouble.empty());
  }

  private static OptionalDouble first(Optional<Double> figure) {
    return figure.stream().mapToDouble(value -> value).findFirst();
  }

  /** Returns the group of the column. */
  Group group() {
    return group;
  }

  /** Returns the head of the column under that of its group. */
  String head() {
    return head;
  }

  /** Returns the column in words. */
  public String title() {
    return group.title + ", " + head;
  }

  /** Returns a policy's figure, infinite if there is none. */
  double of(PolicyScore score) {
    return value.apply(score).orElse(Double.POSITIVE_INFINITY);
  }

  /** Returns a policy's figure for people: a dash, or never, if there is none. */
  public String shown(PolicyScore score) {
    return shown(score, Integer.MAX_VALUE);
  }

  /** As {@link #shown(PolicyScore)}, with fewer digits where it would be longer than a length. */
  String shown(PolicyScore score, int longest) {
    OptionalDouble figure = value.apply(score);
    if (figure.isPresent()) {
      String exact = TextReport.text("%,." + group.decimals + "f", figure.getAsDouble());
      String whole = TextReport.text("%,.0f", figure.getAsDouble());
      String rounded = exact.length() <= longest ? exact : whole;
      return rounded.length() <= longest ? rounded : TextReport.text("%.1e", figure.getAsDouble());
    }
    boolean planned = this == PAID_FIRST || (this == PAID_LATER && score.windows().size() > 1);
    return planned ? "never" : "–";
  }
}
