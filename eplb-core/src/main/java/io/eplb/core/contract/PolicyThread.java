package io.eplb.core.contract;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** The daemon thread that calls one policy instance, one call at a time. */
final class PolicyThread {
  private final Thread thread;
  private final Runnable farewell;
  private volatile @Nullable PolicyCall next;
  private volatile boolean retired;

  /** True while a call runs; guarded by this. */
  private boolean calling;

  /**
   * Starts the thread.
   *
   * @param farewell is run by the thread at its end
   */
  PolicyThread(String name, Runnable farewell) {
    this.farewell = farewell;
    // Without the creator's inheritable thread locals, which would live as long as the thread.
    thread = new Thread(null, this::serve, name, 0, false);
    thread.setDaemon(true);
    thread.start();
  }

  /** Hands a call over; the call before it has ended. */
  void begin(PolicyCall call) {
    next = call;
    LockSupport.unpark(thread);
    if (!thread.isAlive()) {
      call.end(null, new IllegalThreadStateException("the policy ended the thread that calls it"));
    }
  }

  /**
   * Lets the thread come to its end: at once, or when its present call does, which is interrupted.
   */
  void retire() {
    retired = true;
    LockSupport.unpark(thread);
    synchronized (this) {
      if (calling) {
        thread.interrupt();
      }
    }
  }

  /**
   * Waits for the end of the thread, at most for a time; an interrupt ends the wait and stays set.
   *
   * @return false if the time has passed; the thread is interrupted then
   */
  boolean awaitEnd(Duration limit) {
    try {
      thread.join(limit.toMillis());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return true;
    }
    if (thread.isAlive()) {
      thread.interrupt();
    }
    return !thread.isAlive();
  }

  private void serve() {
    while (!retired) {
      PolicyCall call = next;
      if (call == null) {
        LockSupport.park(this);
      } else if (enter()) {
        next = null;
        try {
          call.run();
        } finally {
          leave();
        }
      }
      // The policy may have left the interrupt flag set; the next call must not see it.
      Thread.interrupted();
    }
    farewell.run();
  }

  private synchronized boolean enter() {
    calling = !retired;
    return calling;
  }

  private synchronized void leave() {
    calling = false;
  }
}
