package io.eplb.core.context;

/**
 * The bytes that a thread has allocated. By reflection, since the module under test does not use
 * the management module.
 */
public final class AllocatedBytes {
  private AllocatedBytes() {}

  /** Returns the bytes that this thread has allocated since it started. */
  public static long ofThisThread() throws ReflectiveOperationException {
    Object bean =
        Class.forName("java.lang.management.ManagementFactory")
            .getMethod("getThreadMXBean")
            .invoke(null);
    return (Long)
        Class.forName("com.sun.management.ThreadMXBean")
            .getMethod("getThreadAllocatedBytes", long.class)
            .invoke(bean, Thread.currentThread().getId());
  }
}
