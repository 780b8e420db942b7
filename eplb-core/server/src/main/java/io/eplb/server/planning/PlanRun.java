package io.eplb.server.planning;

import io.eplb.api.ExpertTable;
import io.eplb.api.MigrationBudget;
import io.eplb.api.PolicyException;
import io.eplb.api.UnsupportedRequestException;
import io.eplb.api.contract.Breach;
import io.eplb.core.balance.BalanceReport;
import io.eplb.core.balance.TrafficShares;
import io.eplb.core.contract.PlanOutcome;
import io.eplb.core.contract.PlanRequest;
import io.eplb.core.load.LoadSeries;
import io.eplb.core.registry.DiscoveredPolicy;
import io.eplb.server.observe.PlanRecord;
import io.eplb.server.observe.RankHeat;
import io.eplb.server.observe.RejectedLayer;
import io.eplb.server.planning.TableInForce.Fitted;
import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;

/**
 * The planning of one question, as a simulation does it: its windows join the history, its table is
 * made to fit the ranks, and the policy is asked with the estimate of the next window.
 */
final class PlanRun {
  private final CheckedAsk checked;
  private final ModelMemory memory;

  /** The table in force, of the latest answer's version if it is that table. */
  private final ExpertTable current;

  private final boolean plannedHere;
  private final Fitted fitted;
  private final Optional<PlanOutcome> outcome;
  private final String failure;
  private final BalanceReport before;
  private final BalanceReport after;
  private final PlanAnswer answer;

  /**
   * Plans.
   *
   * @throws IOException if the windows cannot be kept; they do not count then
   * @throws UnsupportedRequestException if the policy does not plan for such a question
   * @throws CancellationException if the plan was given up
   */
  PlanRun(CheckedAsk checked, ModelMemory memory, PolicySeat seat) throws IOException {
    this.checked = checked;
    this.memory = memory;
    memory.count(checked.ask().digest(), checked.windows());
    LoadSeries series = memory.history().series();
    double[] estimate = series.sum();
    TableInForce inForce = checked.inForce();
    Optional<ExpertTable> latest = memory.latest().flatMap(PlanAnswer::table);
    this.plannedHere = latest.filter(inForce::sameAs).isPresent();
    this.current =
        plannedHere
            ? latest.orElseThrow()
            : inForce.table(latest.map(ExpertTable::version).orElse(-1L) + 1);
    this.fitted = inForce.fitted(current, estimate);
    seat.tell(inForce, current.version());
    String whyNot = checked.policy().failure();
    PlanOutcome planned = null;
    if (checked.policy().found().isPresent()) {
      try {
        planned = ask(checked.policy().found().get(), series, seat);
        whyNot = planned.failure().map(PolicyException::getMessage).orElse("");
      } catch (PolicyException broken) {
        whyNot = String.valueOf(broken.getMessage());
      }
    }
    this.outcome = Optional.ofNullable(planned);
    this.failure = whyNot;
    this.before = balance(fitted.table(), estimate);
    this.after = balance(table(), estimate);
    this.answer = answerOf();
  }

  private PlanOutcome ask(DiscoveredPolicy policy, LoadSeries series, PolicySeat seat) {
    PlanRequest request =
        PlanRequest.builder(
                fitted.table(), series.under(fitted.table()), checked.shape().topology())
            .ranks(checked.inForce().ranks())
            .options(checked.policy().options())
            .seed(checked.edition().settings().seed())
            .budget(checked.running() ? MigrationBudget.UNLIMITED : MigrationBudget.FREE)
            .loadPhase(checked.config().loadPhase())
            .dispatch(checked.dispatch())
            .hints(checked.config().hints())
            .build();
    return seat.plan(checked.edition(), policy, checked.running(), request);
  }

  private BalanceReport balance(ExpertTable table, double[] loads) {
    return BalanceReport.of(
        table, loads, checked.inForce().ranks(), TrafficShares.of(checked.dispatch()));
  }

  /** Returns the planned table. */
  ExpertTable table() {
    return outcome.map(PlanOutcome::table).orElse(fitted.table());
  }

  /** Returns the outcome of the policy's call; empty if it could not be called. */
  Optional<PlanOutcome> outcome() {
    return outcome;
  }

  PlanAnswer answer() {
    return answer;
  }

  private PlanAnswer answerOf() {
    List<Integer> changed = changedLayers();
    return new PlanAnswer(
        Optional.of(table()),
        !changed.isEmpty(),
        changed,
        MovedExperts.count(
            checked.inForce().ids(), checked.shape().from(), table(), fitted.formerRanks()),
        before.summary().mean(),
        after.summary().mean(),
        rejected(),
        Optional.of(failure).filter(why -> !why.isEmpty()),
        true,
        List.of(),
        List.of(),
        checked.ask().digest());
  }

  /**
   * Returns the layers that differ from the table in force: those of the policy in its order, then
   * those that had to fit the ranks.
   */
  private List<Integer> changedLayers() {
    TableInForce inForce = checked.inForce();
    boolean sameShape = inForce.shapedLike(table());
    Set<Integer> layers = new LinkedHashSet<>();
    outcome.ifPresent(plan -> Arrays.stream(plan.layerPriority()).forEach(layers::add));
    IntStream.range(0, table().layers()).forEach(layers::add);
    return layers.stream().filter(layer -> !sameShape || !inForce.sameRow(table(), layer)).toList();
  }

  private List<RejectedLayer> rejected() {
    return outcome.map(PlanOutcome::rejectedLayers).orElse(List.of()).stream()
        .map(PlanRun::rejected)
        .toList();
  }

  private static RejectedLayer rejected(Breach breach) {
    return new RejectedLayer(breach.layer(), breach.rule().name(), breach.toString());
  }

  /**
   * Describes this plan.
   *
   * @param number the plans of the model so far
   */
  PlanRecord record(String group, String model, long number) {
    Optional<BalanceReport> measured =
        plannedHere && fitted.table().version() == current.version()
            ? Optional.of(balance(current, checked.newest()))
            : Optional.empty();
    return new PlanRecord(
        group,
        model,
        Instant.now(),
        number,
        checked.policy().name(),
        checked.policy().optionTexts(),
        checked.dispatch(),
        !failure.isEmpty()
            ? PlanRecord.Outcome.POLICY_FAILED
            : answer.changed() ? PlanRecord.Outcome.CHANGED : PlanRecord.Outcome.UNCHANGED,
        failure,
        memory.history().windows(),
        answer.moved(),
        outcome.map(PlanOutcome::planNanos).orElse(0L),
        answer.rejected(),
        ratios(before),
        ratios(after),
        measured.stream().mapToDouble(report -> report.summary().mean()).findFirst(),
        measured.stream().mapToDouble(PlanRun::balancedness).findFirst(),
        heat(fitted.table()),
        heat(table()));
  }

  private RankHeat heat(ExpertTable table) {
    return RankHeat.of(table, checked.newest(), checked.inForce().ranks(), checked.dispatch());
  }

  private static List<Double> ratios(BalanceReport report) {
    return IntStream.range(0, report.layers()).mapToObj(report::peakToAverage).toList();
  }

  private static double balancedness(BalanceReport report) {
    return IntStream.range(0, report.layers())
        .mapToDouble(layer -> 1.0 / report.peakToAverage(layer))
        .average()
        .orElse(1.0);
  }
}
