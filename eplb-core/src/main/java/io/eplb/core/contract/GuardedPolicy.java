package io.eplb.core.contract;

import io.eplb.api.EplbPolicy;
import io.eplb.api.ExpertTable;
import io.eplb.api.InvalidInputException;
import io.eplb.api.PolicyException;
import io.eplb.api.PolicyOption;
import io.eplb.api.Rebalance;
import io.eplb.api.contract.Breach;
import io.eplb.core.argument.Require;
import io.eplb.core.foreign.DeclarationCall;
import io.eplb.core.foreign.ForeignFailure;
import io.eplb.core.foreign.PolicyDeclaration;
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
   * Gives up the plan that is under way and ends the policy's threads as soon as they allow it.
   * Later plans are refused.
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
    long probing = 0;
    try {
      Rebalance answer = ask(host, request);
      PolicyHost second = twin;
      if (second != null) {
        long probeBegun = System.nanoTime();
        probe(second, request, answer);
        probing = System.nanoTime() - probeBegun;
      }
      ContractCheck.Verdict verdict = judge(request, answer);
      long nanos = System.nanoTime() - begun - probing;
      failures.accepted();
      return new PlanOutcome(verdict, null, nanos);
    } catch (PolicyException failure) {
      long nanos = System.nanoTime() - begun - probing;
      failures.rejected(failure);
      if (twin != null) {
        // Perhaps only the first was asked, so the two may remember different things now.
        closeHosts();
      }
      return new PlanOutcome(ContractCheck.unchanged(current), failure, nanos);
    }
  }

  private ContractCheck.Verdict judge(PlanRequest request, Rebalance answer) {
    return answer.changed()
        ? check.judge(host.workers().newRunner(), request, answer)
        : ContractCheck.unchanged(request.current());
  }

  private Rebalance ask(PolicyHost asked, PlanRequest request) {
    Rebalance answer = asked.ask(request, settings.deadline());
    if (answer.changed()) {
      Breach breach = PlanRules.otherShape(request.current(), answer.newPlacement());
      if (breach != null) {
        throw rejected(breach);
      }
    }
    return answer;
  }

  private void probe(PolicyHost second, PlanRequest request, Rebalance answer) {
    Rebalance again;
    try {
      again = ask(second, request);
    } catch (PolicyException failure) {
      throw new PolicyException(
          rejected(PlanRules.noSecondAnswer()).getMessage() + ": " + failure.getMessage(), failure);
    }
    Breach breach = PlanRules.otherAnswer(request.current(), answer, again);
    if (breach != null) {
      throw rejected(breach);
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
