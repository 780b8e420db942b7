package io.eplb.core.foreign;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs code of a policy with the policy's class loader as its thread's context, as libraries that a
 * jar brings along expect, and puts the thread's own back.
 */
public final class ContextLoader {
  private ContextLoader() {}

  /**
   * Runs code.
   *
   * @param loader the class loader that the code comes from; null is the JDK's
   * @return what the code returned, be it null
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
