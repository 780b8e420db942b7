package io.eplb.core.contract;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** The daemon thread that calls one policy instance, one call at a time. */
final class PolicyThread {
  private final Thread thread;
  private volatile @Nullable PolicyCall next;
  private volatile boolean retired;

  PolicyThread(String name) {
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

  /** Interrupts the thread; it ends when its present call does. */
  void retire() {
    retired = true;
    thread.interrupt();
    LockSupport.unpark(thread);
  }

  private void serve() {
    while (!retired) {
      PolicyCall call = next;
      if (call == null) {
        LockSupport.park(this);
      } else {
        next = null;
        call.run();
      }
      // The policy may have left the interrupt flag set; the next call must not see it.
      Thread.interrupted();
    }
  }
}
