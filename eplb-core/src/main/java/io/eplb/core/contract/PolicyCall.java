package io.eplb.core.contract;

import io.eplb.api.Deadline;
import io.eplb.api.EplbPolicy;
import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.api.LayerEnd;
import io.eplb.api.PolicyContext;
import io.eplb.api.Rebalance;
import io.eplb.api.UnsupportedRequestException;
import io.eplb.core.foreign.ContextLoader;
import io.eplb.core.foreign.ForeignFailure;
import java.util.List;
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
  private final List<LayerEnd> ends;
  private final ExpertTable current;
  private final ExpertWorkload workload;
  private final PolicyContext context;
  private final Thread waiter = Thread.currentThread();
  private volatile State state = State.WAITING;

  /** True while the policy is told of ends of layers. */
  private volatile boolean telling;

  // Written before the state becomes ANSWERED and read after.
  private @Nullable Rebalance answer;
  private @Nullable Throwable thrown;
  private boolean late;

  /**
   * Prepares a call.
   *
   * @param policy makes or returns the instance, on the policy's thread
   * @param ends the ends of layers to tell before the question is put
   * @param current the table in force, for the policy's own eyes
   */
  PolicyCall(
      Supplier<EplbPolicy> policy,
      List<LayerEnd> ends,
      ExpertTable current,
      ExpertWorkload workload,
      PolicyContext context) {
    this.policy = policy;
    this.ends = ends;
    this.current = current;
    this.workload = workload;
    this.context = context;
  }

  /** Calls the policy, on the policy's thread. */
  void run() {
    Rebalance answered = null;
    Throwable failed = null;
    try {
      EplbPolicy instance = policy.get();
      answered = ContextLoader.within(instance.getClass().getClassLoader(), () -> asked(instance));
    } catch (Throwable anything) {
      failed = copied(anything);
    }
    end(answered, failed);
  }

  private Rebalance asked(EplbPolicy instance) {
    if (!ends.isEmpty()) {
      telling = true;
      ends.forEach(instance::layerEnded);
      telling = false;
    }
    return instance.rebalanceExperts(current, workload, context);
  }

  /** Copies an exception within the deadline, since its methods may never return. */
  private Throwable copied(Throwable thrown) {
    // The class is final, and of our own: the words of a refusal can be had without running others.
    if (thrown instanceof UnsupportedRequestException refusal && !telling) {
      return refusal;
    }
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

  /** Returns whether the policy was being told of ends of layers when the call ended. */
  boolean telling() {
    return telling;
  }

  /** Returns whether the answer came after the deadline. */
  boolean late() {
    return late;
  }
}
