package io.eplb.core.registry;

import io.eplb.api.EplbPolicy;
import java.util.Set;
import org.slf4j.LoggerFactory;

/**
 * The classes that a policy jar sees beside its own: the JDK, the policy API and SLF4J. Nothing
 * else of this program, so that a jar may bring any version of any library.
 */
final class SharedClasses extends ClassLoader {
  static final SharedClasses INSTANCE = new SharedClasses();

  private static final Set<String> API = Set.of("io.eplb.api", "io.eplb.api.contract");
  private static final Set<String> LOGGING =
      Set.of("org.slf4j", "org.slf4j.event", "org.slf4j.helpers", "org.slf4j.spi");

  private SharedClasses() {
    super("eplb-shared", ClassLoader.getPlatformClassLoader());
  }

  /**
   * Returns whether a class belongs to a shared package. It comes from here or from nowhere: a copy
   * that a jar brings along would be another type of the same name.
   */
  static boolean cover(String className) {
    String packageName = packageOf(className);
    return API.contains(packageName) || LOGGING.contains(packageName);
  }

  private static String packageOf(String className) {
    return className.substring(0, Math.max(0, className.lastIndexOf('.')));
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    String packageName = packageOf(name);
    if (API.contains(packageName)) {
      return Class.forName(name, false, EplbPolicy.class.getClassLoader());
    }
    if (LOGGING.contains(packageName)) {
      return Class.forName(name, false, LoggerFactory.class.getClassLoader());
    }
    return super.loadClass(name, resolve);
  }
}
