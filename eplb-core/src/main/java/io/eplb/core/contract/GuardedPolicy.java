package io.eplb.core.contract;

import io.eplb.api.EplbPolicy;
import io.eplb.api.ExpertTable;
import io.eplb.api.InvalidInputException;
import io.eplb.api.LayerEnd;
import io.eplb.api.Placement;
import io.eplb.api.PolicyException;
import io.eplb.api.PolicyOption;
import io.eplb.api.PolicyTraits;
import io.eplb.api.Rebalance;
import io.eplb.api.UnsupportedRequestException;
import io.eplb.api.contract.Breach;
import io.eplb.core.argument.Require;
import io.eplb.core.foreign.DeclarationCall;
import io.eplb.core.foreign.ForeignFailure;
import io.eplb.core.foreign.PolicyDeclaration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A policy with its contract enforced around it: every plan ends in a table that obeys the rules.
 * It is the current table itself if nothing of the answer can be used.
 *
 * <p>Plans are made one at a time; a second caller waits. {@link #state()} never waits.
 */
public final class GuardedPolicy implements AutoCloseable {
  private final PolicyDeclaration declaration;
  private final @Nullable ClassLoader policyLoader;
  private final Supplier<? extends EplbPolicy> newInstance;
  private final ContractSettings settings;
  private final LongSupplier nanoTime;
  private final ContractCheck check;
  private final FailureRecord failures;
  private final ReentrantLock planning = new ReentrantLock(true);
  private volatile PolicyHost host;
  private volatile @Nullable PolicyHost twin;
  private volatile boolean closed;

  // The table of the latest plan and the copy of it that the policy was given.
  private @Nullable ExpertTable copiedTable;
  private @Nullable ExpertTable shownTable;
  private volatile @Nullable OpenPlan open;

  /**
   * Makes the first instance and asks it for its name and options.
   *
   * @param newInstance makes a new instance of the policy at each call; called again after an
   *     instance was abandoned, and for the determinism probe
   * @throws PolicyException if no instance can be made, its name or options are null, malformed or
   *     cannot be read, or that takes longer than 10 seconds
   */
  public GuardedPolicy(Supplier<? extends EplbPolicy> newInstance, ContractSettings settings) {
    this(newInstance, settings, System::nanoTime);
  }

  /** As the other constructor, with another clock in nanoseconds for the deadlines of answers. */
  GuardedPolicy(
      Supplier<? extends EplbPolicy> newInstance,
      ContractSettings settings,
      LongSupplier nanoTime) {
    this.newInstance = Require.given("the supplier of instances", newInstance);
    this.settings = Require.given("the settings", settings);
    this.nanoTime = nanoTime;
    First first = DeclarationCall.await(DeclarationCall.LIMIT, () -> First.of(newInstance));
    this.declaration = first.declaration();
    this.policyLoader = first.instance().getClass().getClassLoader();
    this.check = new ContractCheck(settings);
    this.failures = new FailureRecord(declaration.name(), settings.failureLimit());
    this.host = newHost(settings.processors(), first.instance());
    if (settings.probeDeterminism()) {
      this.twin = newHost(1, null);
    }
  }

  private PolicyHost newHost(int processors, @Nullable EplbPolicy instance) {
    return new PolicyHost(
        declaration.name(), processors, policyLoader, newInstance, instance, nanoTime);
  }

  /** Returns the policy's name. */
  public String name() {
    return declaration.name();
  }

  /** Returns the options that the policy declares. */
  public List<PolicyOption<?>> options() {
    return declaration.options();
  }

  /** Returns what the policy says of itself. */
  public PolicyTraits traits() {
    return declaration.traits();
  }

  /** Returns the settings. */
  public ContractSettings settings() {
    return settings;
  }

  /** Returns the failures of the policy so far. */
  public PolicyState state() {
    return failures.state();
  }

  /**
   * Asks the policy for a plan and checks the answer.
   *
   * @param request what is asked; options that it does not name have the policy's defaults
   * @return the table to go on with and the reason for it; it also reports a failure of the policy
   * @throws InvalidInputException if an option is not one that the policy declares, or out of range
   *     (rule I5); the policy is not asked then
   * @throws UnsupportedRequestException if the policy does not plan for such a request; that is no
   *     failure of the policy
   * @throws CancellationException if the calling thread is interrupted (its flag stays set), or
   *     this is closed
   */
  public PlanOutcome plan(PlanRequest request) {
    Require.given("the request", request);
    PlanRequest resolved = request.resolvedBy(PlanRules.resolved(declaration, request.options()));
    try {
      planning.lockInterruptibly();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new CancellationException(
          "planning with policy " + name() + " was interrupted; the current table stays");
    }
    try {
      return outcome(resolved);
    } finally {
      planning.unlock();
    }
  }

  /**
   * Lets the policy be told what became of layers that a plan changes, before its next call. The
   * contract itself tells of rejected layers, and of marked layers that were in force already. What
   * is said of a plan that is not the latest one, or of an instance that was given up, is dropped.
   *
   * @param plan the outcome of the latest plan
   * @param ends for some of the layers that it changes, in order
   * @throws InvalidInputException if the plan does not change a layer, or its end was told before
   */
  public void layersEnded(PlanOutcome plan, List<LayerEnd> ends) {
    OpenPlan latest = open;
    if (latest != null && latest.outcome() == plan) {
      latest.tell(List.copyOf(ends));
    }
  }

  /**
   * Tells the policy, as {@link #layersEnded} does, that all layers that a plan changes are in
   * force.
   */
  public void committed(PlanOutcome plan) {
    layersEnded(
        plan,
        Arrays.stream(plan.layerPriority())
            .mapToObj(
                layer -> LayerEnd.of(layer, LayerEnd.Outcome.COMMITTED, plan.table().version()))
            .toList());
  }

  /**
   * Lets the next plan be made without memory of the ones before: if the policy is {@linkplain
   * PolicyTraits#stateful() stateful}, by a new instance. So the same question can be asked several
   * times for the same answer.
   */
  public void forget() {
    if (traits().stateful()) {
      planning.lock();
      try {
        closeHosts();
      } finally {
        planning.unlock();
      }
    }
  }

  /**
   * Gives up the plan that is under way, closes the policy, and ends its threads as soon as they
   * allow it. Later plans are refused. Waits some seconds at most for a policy that is closing.
   */
  @Override
  public void close() {
    closed = true;
    closeHosts();
    planning.lock();
    try {
      // A plan that was under way may have made new hosts.
      closeHosts();
    } finally {
      planning.unlock();
    }
  }

  private void closeHosts() {
    host.close();
    PolicyHost second = twin;
    if (second != null) {
      second.close();
    }
  }

  private PlanOutcome outcome(PlanRequest request) {
    ExpertTable current = request.current();
    if (closed) {
      throw new CancellationException("policy " + name() + " was closed");
    }
    if (failures.switchedOff()) {
      return new PlanOutcome(ContractCheck.unchanged(current), failures.whySwitchedOff(), 0);
    }
    renewClosedHosts();
    long begun = System.nanoTime();
    ExpertTable shown = shownFor(current);
    long probing = 0;
    Rebalance answer = null;
    try {
      answer = ask(host, request, shown);
      PolicyHost second = twin;
      if (second != null) {
        long probeBegun = System.nanoTime();
        probe(second, request, shown, answer);
        probing = System.nanoTime() - probeBegun;
      }
      ContractCheck.Verdict verdict = judge(request, answer);
      long nanos = System.nanoTime() - begun - probing;
      failures.accepted();
      PlanOutcome outcome = new PlanOutcome(verdict, null, nanos);
      open = OpenPlan.of(outcome, answer, host, twin);
      return outcome;
    } catch (UnsupportedRequestException refused) {
      forgetBoth();
      throw refused;
    } catch (PolicyException failure) {
      long nanos = System.nanoTime() - begun - probing;
      shownTable = null;
      failures.rejected(failure);
      forgetBoth();
      return new PlanOutcome(ContractCheck.unchanged(current), failure, nanos);
    }
  }

  /**
   * Returns the policy's own copy of a table: by reflection it could change one that serves. As
   * long as the table stays and the policy obeys, the copy stays too.
   */
  @SuppressWarnings("ReferenceEquality") // To compare contents would cost as much as to copy them.
  private ExpertTable shownFor(ExpertTable current) {
    ExpertTable shown = shownTable;
    if (shown == null || copiedTable != current) {
      // Made anew, so that it has no index in common with the table either.
      shown =
          ExpertTable.of(current.version(), current.experts(), Placement.builder(current).build());
      shownTable = shown;
      copiedTable = current;
    }
    return shown;
  }

  /** Replaces both instances: perhaps only the first was asked, so their memories may differ. */
  private void forgetBoth() {
    if (twin != null) {
      closeHosts();
    }
  }

  private ContractCheck.Verdict judge(PlanRequest request, Rebalance answer) {
    return examined(
        () ->
            answer.changed()
                ? check.judge(host.workers().newRunner(), request, answer)
                : ContractCheck.unchanged(request.current()));
  }

  private Rebalance ask(PolicyHost asked, PlanRequest request, ExpertTable shown) {
    Rebalance answer = asked.ask(request, shown, settings.deadline());
    ExpertTable current = request.current();
    if (!shown.placement().equals(current.placement())) {
      throw new PolicyException(
          "policy " + name() + " altered the expert table that it was given; it is read-only");
    }
    Breach breach =
        examined(
            () -> answer.changed() ? PlanRules.otherShape(current, answer.newPlacement()) : null);
    if (breach != null) {
      throw rejected(breach);
    }
    return answer;
  }

  private void probe(PolicyHost second, PlanRequest request, ExpertTable shown, Rebalance answer) {
    Rebalance again;
    try {
      again = ask(second, request, shown);
    } catch (PolicyException | UnsupportedRequestException failure) {
      throw new PolicyException(
          rejected(PlanRules.noSecondAnswer()).getMessage() + ": " + failure.getMessage(), failure);
    }
    Breach breach = examined(() -> PlanRules.otherAnswer(request.current(), answer, again));
    if (breach != null) {
      throw rejected(breach);
    }
  }

  /** Looks at an answer, which by reflection can be made in ways that no builder allows. */
  private <T extends @Nullable Object> T examined(Supplier<T> look) {
    try {
      return look.get();
    } catch (CancellationException closedMeanwhile) {
      throw closedMeanwhile;
    } catch (RuntimeException | Error malformed) {
      throw ForeignFailure.contained(malformed)
          .blamingPolicy("policy " + name() + " gave a malformed answer");
    }
  }

  private PolicyException rejected(Breach breach) {
    return new PolicyException("policy " + name() + ": " + breach);
  }

  /**
   * Replaces abandoned instances. The two have to be asked the same questions, so they are replaced
   * together.
   */
  private void renewClosedHosts() {
    PolicyHost second = twin;
    if (host.closed() || (second != null && second.closed())) {
      closeHosts();
      host = newHost(settings.processors(), null);
      if (second != null) {
        twin = newHost(1, null);
      }
    }
  }

  /**
   * The latest plan, and the instances that made it.
   *
   * @param untold true for every layer that changes and whose end was not told yet
   */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  private record OpenPlan(
      PlanOutcome outcome, boolean[] untold, PolicyHost host, @Nullable PolicyHost twin) {
    /** Tells the policy the ends that the contract decides, and leaves the others open. */
    static OpenPlan of(
        PlanOutcome outcome, Rebalance answer, PolicyHost host, @Nullable PolicyHost twin) {
      boolean[] untold = new boolean[outcome.table().layers()];
      for (int layer : outcome.layerPriority()) {
        untold[layer] = true;
      }
      OpenPlan plan = new OpenPlan(outcome, untold, host, twin);
      if (answer.changed()) {
        plan.send(plan.decided(answer.layerPriority()));
      }
      return plan;
    }

    private List<LayerEnd> decided(int[] marked) {
      boolean[] rejected = new boolean[untold.length];
      outcome.rejectedLayers().forEach(breach -> rejected[breach.layer()] = true);
      // A plan that changes something makes the next version; nothing of it is in force yet.
      long version = outcome.table().version() - (outcome.changed() ? 1 : 0);
      return Arrays.stream(marked)
          .filter(layer -> !untold[layer])
          .mapToObj(
              layer ->
                  LayerEnd.of(
                      layer,
                      rejected[layer] ? LayerEnd.Outcome.REJECTED : LayerEnd.Outcome.COMMITTED,
                      version))
          .toList();
    }

    synchronized void tell(List<LayerEnd> ends) {
      for (LayerEnd end : ends) {
        if (end.layer() >= untold.length || !untold[end.layer()]) {
          throw new InvalidInputException(
              "the plan does not change layer %s, or its end was told before; tell each layer that changes once"
                  .formatted(end.layer()));
        }
        untold[end.layer()] = false;
      }
      send(ends);
    }

    private void send(List<LayerEnd> ends) {
      host.tell(ends);
      if (twin != null) {
        twin.tell(ends);
      }
    }
  }

  /** The first instance and its declaration. */
  private record First(EplbPolicy instance, PolicyDeclaration declaration) {
    @SuppressWarnings("ConstantValue") // A foreign supplier may be compiled without null checks.
    static First of(Supplier<? extends EplbPolicy> newInstance) {
      EplbPolicy first;
      try {
        first = newInstance.get();
      } catch (Throwable thrown) {
        throw ForeignFailure.contained(thrown)
            .blamingPolicy("no instance of the policy can be made");
      }
      if (first == null) {
        throw new PolicyException(
            "no instance of the policy can be made: the supplier returned null");
      }
      return new First(first, PolicyDeclaration.of(first));
    }
  }
}
