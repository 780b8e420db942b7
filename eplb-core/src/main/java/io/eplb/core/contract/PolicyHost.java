package io.eplb.core.contract;

import io.eplb.api.Deadline;
import io.eplb.api.EplbPolicy;
import io.eplb.api.ExpertTable;
import io.eplb.api.LayerEnd;
import io.eplb.api.PolicyContext;
import io.eplb.api.PolicyException;
import io.eplb.api.Rebalance;
import io.eplb.api.UnsupportedRequestException;
import io.eplb.api.wording.OneLine;
import io.eplb.core.foreign.ContextLoader;
import io.eplb.core.foreign.FailureReason;
import io.eplb.core.foreign.ForeignFailure;
import io.eplb.core.parallel.CancellableRunner;
import io.eplb.core.parallel.LayerWorkers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An instance of a policy with the thread that calls it and the workers that run its layers. When a
 * call is given up, all of them are abandoned together.
 */
final class PolicyHost implements AutoCloseable {
  /** The time that a policy has for its last calls. */
  static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

  private static final Logger LOG = LoggerFactory.getLogger(PolicyHost.class);

  private final String name;
  private final Supplier<? extends EplbPolicy> newInstance;
  private final int processors;
  private final @Nullable ClassLoader policyLoader;
  private final LongSupplier nanoTime;
  private final PolicyThread thread;
  private volatile LayerWorkers workers;
  private volatile boolean closed;

  /** True if nobody waits for the thread any longer. */
  private volatile boolean leftBehind;

  private volatile @Nullable PolicyCall underWay;

  /** The ends that the policy has still to be told, in order; guarded by itself. */
  private final List<LayerEnd> ends = new ArrayList<>();

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
    this.thread = new PolicyThread("eplb-policy-" + name, this::takeLeave);
  }

  /** Returns the workers; between two calls they are free for other work. */
  LayerWorkers workers() {
    return workers;
  }

  boolean closed() {
    return closed;
  }

  /** Lets the policy be told of ends of layers before its next call and before its end. */
  void tell(List<LayerEnd> told) {
    synchronized (ends) {
      ends.addAll(told);
    }
  }

  private List<LayerEnd> takeEnds() {
    synchronized (ends) {
      List<LayerEnd> taken = List.copyOf(ends);
      ends.clear();
      return taken;
    }
  }

  /**
   * Tells the policy of the ends so far, asks it and waits for the answer, at most until the
   * deadline.
   *
   * @param current the table in force, for the policy's own eyes
   * @throws PolicyException if it threw, answered null or too late
   * @throws UnsupportedRequestException if the policy refuses the request by this
   * @throws CancellationException if the calling thread was interrupted (its flag stays set), or
   *     this was closed
   */
  Rebalance ask(PlanRequest request, ExpertTable current, Duration deadline) {
    CancellableRunner runner = workers.newRunner();
    PolicyContext context =
        request.context(Deadline.in(deadline, nanoTime), runner, runner::cancelled);
    PolicyCall call =
        new PolicyCall(this::instance, takeEnds(), current, request.workload(), context);
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
      abandon();
      throw givenUp(call, state, deadline);
    }
    if (occupied) {
      // A thread of the policy is still running layers; it must not delay the next plan.
      workers.close();
      workers = new LayerWorkers(processors, policyLoader);
    }
    return answer(call, deadline);
  }

  private RuntimeException givenUp(PolicyCall call, PolicyCall.State state, Duration deadline) {
    return switch (state) {
      case LATE ->
          rejected(
              PlanRules.late(deadline)
                  + (call.telling() ? "; it did not return from layerEnded" : ""));
      case INTERRUPTED ->
          new CancellationException(
              "the wait for policy " + name + " was interrupted; the current table stays");
      default ->
          new CancellationException("policy " + name + " was closed; the current table stays");
    };
  }

  private Rebalance answer(PolicyCall call, Duration deadline) {
    Throwable thrown = call.thrown();
    if (thrown instanceof UnsupportedRequestException refusal) {
      throw new UnsupportedRequestException(
          "policy " + name + ": " + OneLine.brief(String.valueOf(refusal.getMessage())));
    }
    if (thrown != null && call.telling()) {
      throw ForeignFailure.contained(thrown)
          .blamingPolicy("policy " + name + " failed in layerEnded");
    }
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

  /** Ends thread and workers as soon as the call that is given up allows it. */
  private void abandon() {
    closed = true;
    leftBehind = true;
    workers.close();
    thread.retire();
  }

  /**
   * Gives up the call that is under way, and ends thread and workers as soon as they allow it. If
   * no call is under way, waits until the policy is closed, for some seconds at most.
   */
  @Override
  public void close() {
    closed = true;
    PolicyCall call = underWay;
    if (call != null) {
      call.end(PolicyCall.State.CLOSED);
    }
    workers.close();
    thread.retire();
    if (call == null && !leftBehind && !thread.awaitEnd(CLOSE_LIMIT)) {
      leftBehind = true;
      LOG.warn(
          "policy {} did not return from close within {} s; its thread is left behind",
          name,
          CLOSE_LIMIT.toSeconds());
    }
  }

  /** Tells the policy the last ends and closes it, on its thread. */
  private void takeLeave() {
    EplbPolicy last = instance;
    instance = null;
    if (last != null) {
      lastCall(last, "layerEnded", () -> takeEnds().forEach(last::layerEnded));
      lastCall(last, "close", last::close);
    }
  }

  private void lastCall(EplbPolicy policy, String method, Runnable code) {
    try {
      ContextLoader.within(
          policy.getClass().getClassLoader(),
          () -> {
            code.run();
            return null;
          });
    } catch (Throwable thrown) {
      LOG.warn("policy {} failed in {}: {}", name, method, FailureReason.of(thrown));
    }
  }
}
