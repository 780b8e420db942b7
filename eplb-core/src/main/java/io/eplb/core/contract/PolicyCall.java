package io.eplb.core.contract;

import io.eplb.api.Deadline;
import io.eplb.api.EplbPolicy;
import io.eplb.api.PolicyContext;
import io.eplb.api.Rebalance;
import io.eplb.core.foreign.ContextLoader;
import io.eplb.core.foreign.ForeignFailure;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One call of a policy: made by the policy's thread, awaited by the thread that created it. It ends
 * exactly once, by an answer or without one. A later answer is dropped with this object, so it
 * cannot be taken for the answer to another call.
 */
final class PolicyCall {
  /** The states of a call; all but the first are final. */
  enum State {
    WAITING,
    ANSWERED,
    LATE,
    INTERRUPTED,
    CLOSED
  }

  private final Supplier<EplbPolicy> policy;
  private final PlanRequest request;
  private final PolicyContext context;
  private final Thread waiter = Thread.currentThread();
  private volatile State state = State.WAITING;

  // Written before the state becomes ANSWERED and read after.
  private @Nullable Rebalance answer;
  private @Nullable Throwable thrown;
  private boolean late;

  PolicyCall(Supplier<EplbPolicy> policy, PlanRequest request, PolicyContext context) {
    this.policy = policy;
    this.request = request;
    this.context = context;
  }

  /** Calls the policy, on the policy's thread. */
  void run() {
    Rebalance answered = null;
    Throwable failed = null;
    try {
      EplbPolicy instance = policy.get();
      answered =
          ContextLoader.within(
              instance.getClass().getClassLoader(),
              () -> instance.rebalanceExperts(request.current(), request.workload(), context));
    } catch (Throwable anything) {
      failed = copied(anything);
    }
    end(answered, failed);
  }

  /** Copies an exception within the deadline, since its methods may never return. */
  private static Throwable copied(Throwable thrown) {
    try {
      return ForeignFailure.contained(thrown);
    } catch (Throwable fatalOrOnceMore) {
      return fatalOrOnceMore;
    }
  }

  /** Ends the call by an answer or a failure; a call that has ended stays as it is. */
  void end(@Nullable Rebalance answered, @Nullable Throwable failed) {
    if (state != State.WAITING) {
      return;
    }
    answer = answered;
    thrown = failed;
    late = context.deadline().passed();
    end(State.ANSWERED);
  }

  /** Waits for the end of the call, on the thread that created it; leaves its interrupt flag. */
  State await() {
    Deadline deadline = context.deadline();
    while (state == State.WAITING) {
      if (waiter.isInterrupted()) {
        end(State.INTERRUPTED);
      } else if (deadline.passed()) {
        end(State.LATE);
      } else {
        LockSupport.parkNanos(this, deadline.remainingNanos());
      }
    }
    return state;
  }

  /** Moves the call to a final state, unless it has one. */
  void end(State end) {
    synchronized (this) {
      if (state != State.WAITING) {
        return;
      }
      state = end;
    }
    LockSupport.unpark(waiter);
  }

  /** Returns the policy's answer; null if it answered null or threw. */
  @Nullable Rebalance answer() {
    return answer;
  }

  /** Returns the failure of the policy, or null. */
  @Nullable Throwable thrown() {
    return thrown;
  }

  /** Returns whether the answer came after the deadline. */
  boolean late() {
    return late;
  }
}
