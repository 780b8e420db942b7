package io.eplb.core.contract;

import io.eplb.api.EpTopology;
import io.eplb.api.EplbPolicy;
import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.api.InvalidInputException;
import io.eplb.api.MigrationBudget;
import io.eplb.api.PolicyException;
import io.eplb.api.PolicyOption;
import io.eplb.api.PolicyOptions;
import io.eplb.api.Rebalance;
import io.eplb.api.contract.Breach;
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
    this.newInstance = required("the supplier of instances", newInstance);
    this.settings = required("the settings", settings);
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
   * @param current the table in force
   * @param workload the load measured under it
   * @param topology its shape
   * @param options values for options that the policy declares; its defaults hold for the others
   * @param seed the seed of random numbers in the policy
   * @param budget the limit of experts moved
   * @return the table to go on with and the reason for it; it also reports a failure of the policy
   * @throws InvalidInputException if the input breaks rule I1 or I5; the policy is not asked then
   * @throws CancellationException if the calling thread is interrupted (its flag stays set), or
   *     this is closed
   */
  public PlanOutcome plan(
      ExpertTable current,
      ExpertWorkload workload,
      EpTopology topology,
      PolicyOptions options,
      long seed,
      MigrationBudget budget) {
    required("the current table", current);
    required("the workload", workload);
    required("the topology", topology);
    required("the options", options);
    required("the migration budget", budget);
    PlanRules.requireInput(current, workload, topology);
    PolicyOptions resolved = PlanRules.resolved(declaration, options);
    try {
      planning.lockInterruptibly();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new CancellationException(
          "planning with policy " + name() + " was interrupted; the current table stays");
    }
    try {
      return outcome(new PlanQuestion(current, workload, topology, resolved, seed, budget));
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

  private static <T> T required(String what, @Nullable T value) {
    if (value == null) {
      throw new InvalidInputException(what + " is null; a value is required");
    }
    return value;
  }

  private PlanOutcome outcome(PlanQuestion question) {
    ExpertTable current = question.current();
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
      Rebalance answer = ask(host, question);
      PolicyHost second = twin;
      if (second != null) {
        long probeBegun = System.nanoTime();
        probe(second, question, answer);
        probing = System.nanoTime() - probeBegun;
      }
      ContractCheck.Verdict verdict = judge(question, answer);
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

  private ContractCheck.Verdict judge(PlanQuestion question, Rebalance answer) {
    return answer.changed()
        ? check.judge(host.workers().newRunner(), question, answer)
        : ContractCheck.unchanged(question.current());
  }

  private Rebalance ask(PolicyHost asked, PlanQuestion question) {
    Rebalance answer = asked.ask(question, settings.deadline());
    if (answer.changed()) {
      Breach breach = PlanRules.otherShape(question.current(), answer.newPlacement());
      if (breach != null) {
        throw rejected(breach);
      }
    }
    return answer;
  }

  private void probe(PolicyHost second, PlanQuestion question, Rebalance answer) {
    Rebalance again;
    try {
      again = ask(second, question);
    } catch (PolicyException failure) {
      throw new PolicyException(
          rejected(PlanRules.noSecondAnswer()).getMessage() + ": " + failure.getMessage(), failure);
    }
    Breach breach = PlanRules.otherAnswer(question.current(), answer, again);
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
