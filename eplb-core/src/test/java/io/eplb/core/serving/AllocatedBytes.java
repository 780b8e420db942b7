package io.eplb.core.serving;

/**
 * How much memory a thread has asked for. By reflection, since the module under test has no
 * business with the management module.
 */
final class AllocatedBytes {
  private AllocatedBytes() {}

  static long ofThisThread() throws ReflectiveOperationException {
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
