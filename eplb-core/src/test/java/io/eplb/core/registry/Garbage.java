package io.eplb.core.registry;

import java.lang.ref.WeakReference;
import java.util.List;

/** Objects without a reference, and the garbage collection that finds them. */
public final class Garbage {
  private Garbage() {}

  /**
   * Collects until all references are clear: threads that hold the objects may need some time to
   * end. This hangs on an object that is held for ever, so its test needs a timeout.
   */
  public static void awaitCollected(List<? extends WeakReference<?>> references)
      throws InterruptedException {
    while (held(references) > 0) {
      if (Thread.interrupted()) {
        throw new InterruptedException(held(references) + " of " + references.size() + " are held");
      }
      System.gc();
    }
  }

  private static long held(List<? extends WeakReference<?>> references) {
    return references.stream().filter(reference -> !reference.refersTo(null)).count();
  }
}
