package io.eplb.core.contract;

import io.eplb.api.Deadline;
import io.eplb.api.EplbPolicy;
import io.eplb.api.PolicyContext;
import io.eplb.api.PolicyException;
import io.eplb.api.Rebalance;
import io.eplb.core.foreign.ForeignFailure;
import io.eplb.core.parallel.CancellableRunner;
import io.eplb.core.parallel.LayerWorkers;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An instance of a policy with the thread that calls it and the workers that run its layers. When a
 * call is given up, all of them are abandoned together.
 */
final class PolicyHost implements AutoCloseable {
  private final String name;
  private final Supplier<? extends EplbPolicy> newInstance;
  private final int processors;
  private final @Nullable ClassLoader policyLoader;
  private final LongSupplier nanoTime;
  private final PolicyThread thread;
  private volatile LayerWorkers workers;
  private volatile boolean closed;
  private volatile @Nullable PolicyCall underWay;

  /** The instance; the policy's thread alone uses it, and makes it on first use. */
  private @Nullable EplbPolicy instance;

  /**
   * Starts the threads.
   *
   * @param policyLoader the class loader that the policy comes from
   * @param instance the instance to ask; null to make one on first use
   * @param nanoTime the clock of deadlines
   */
  PolicyHost(
      String name,
      int processors,
      @Nullable ClassLoader policyLoader,
      Supplier<? extends EplbPolicy> newInstance,
      @Nullable EplbPolicy instance,
      LongSupplier nanoTime) {
    this.name = name;
    this.processors = processors;
    this.policyLoader = policyLoader;
    this.newInstance = newInstance;
    this.instance = instance;
    this.nanoTime = nanoTime;
    this.workers = new LayerWorkers(processors, policyLoader);
    this.thread = new PolicyThread("eplb-policy-" + name);
  }

  /** Returns the workers; between two calls they are free for other work. */
  LayerWorkers workers() {
    return workers;
  }

  boolean closed() {
    return closed;
  }

  /**
   * Asks the policy and waits for the answer, at most until the deadline.
   *
   * @throws PolicyException if it threw, answered null or too late
   * @throws CancellationException if the calling thread was interrupted (its flag stays set), or
   *     this was closed
   */
  Rebalance ask(PlanRequest request, Duration deadline) {
    CancellableRunner runner = workers.newRunner();
    PolicyContext context =
        request.context(Deadline.in(deadline, nanoTime), runner, runner::cancelled);
    PolicyCall call = new PolicyCall(this::instance, request, context);
    underWay = call;
    if (closed) {
      call.end(PolicyCall.State.CLOSED);
    } else {
      thread.begin(call);
    }
    PolicyCall.State state = call.await();
    underWay = null;
    // Asked before the cancellation: that releases the workers even if a helper is stuck.
    boolean occupied = !workers.idle();
    runner.cancel();
    if (state != PolicyCall.State.ANSWERED) {
      close();
      throw givenUp(state, deadline);
    }
    if (occupied) {
      // A thread of the policy is still running layers; it must not delay the next plan.
      workers.close();
      workers = new LayerWorkers(processors, policyLoader);
    }
    return answer(call, deadline);
  }

  private RuntimeException givenUp(PolicyCall.State state, Duration deadline) {
    return switch (state) {
      case LATE -> rejected(PlanRules.late(deadline).toString());
      case INTERRUPTED ->
          new CancellationException(
              "the wait for policy " + name + " was interrupted; the current table stays");
      default ->
          new CancellationException("policy " + name + " was closed; the current table stays");
    };
  }

  private Rebalance answer(PolicyCall call, Duration deadline) {
    Throwable thrown = call.thrown();
    if (thrown != null) {
      throw ForeignFailure.contained(thrown).blamingPolicy("policy " + name + " failed");
    }
    Rebalance answer = call.answer();
    if (answer == null) {
      throw rejected("the answer is null; to change nothing it is Rebalance.unchanged");
    }
    if (call.late()) {
      throw rejected(PlanRules.late(deadline).toString());
    }
    return answer;
  }

  private PolicyException rejected(String why) {
    return new PolicyException("policy " + name + ": " + why);
  }

  @SuppressWarnings("ConstantValue") // A foreign supplier may be compiled without null checks.
  private EplbPolicy instance() {
    EplbPolicy made = instance;
    if (made == null) {
      made = newInstance.get();
      if (made == null) {
        throw new PolicyException("no new instance could be made: the supplier returned null");
      }
      instance = made;
    }
    return made;
  }

  /** Gives up the call that is under way, and ends thread and workers as soon as they allow it. */
  @Override
  public void close() {
    closed = true;
    PolicyCall call = underWay;
    if (call != null) {
      call.end(PolicyCall.State.CLOSED);
    }
    workers.close();
    thread.retire();
  }
}
