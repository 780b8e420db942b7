package io.eplb.core.foreign;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs code of a policy with the policy's class loader as its thread's context class loader, and
 * puts the thread's own back. Libraries that a jar brings along expect that.
 */
public final class ContextLoader {
  private ContextLoader() {}

  /**
   * Runs code.
   *
   * @param loader the class loader that the code comes from; null is the JDK's
   * @return the result of the code, perhaps null
   */
  public static <T extends @Nullable Object> T within(
      @Nullable ClassLoader loader, Supplier<? extends T> code) {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(loader);
    try {
      return code.get();
    } finally {
      thread.setContextClassLoader(before);
    }
  }
}
