package io.eplb.core.registry;

import com.google.common.reflect.Reflection;
import io.eplb.api.EplbPolicy;
import java.util.Map;
import org.slf4j.LoggerFactory;

/**
 * The classes that a policy jar sees beside its own: the JDK, the policy API and SLF4J. It sees
 * nothing else of this program, so a jar may bring any version of any library.
 */
final class SharedClasses extends ClassLoader {
  static final SharedClasses INSTANCE = new SharedClasses();

  /** By shared package, a class of the loader that has it. */
  private static final Map<String, Class<?>> OWNERS =
      Map.of(
          "io.eplb.api", EplbPolicy.class,
          "io.eplb.api.contract", EplbPolicy.class,
          "io.eplb.api.dispatch", EplbPolicy.class,
          "org.slf4j", LoggerFactory.class,
          "org.slf4j.event", LoggerFactory.class,
          "org.slf4j.helpers", LoggerFactory.class,
          "org.slf4j.spi", LoggerFactory.class);

  private SharedClasses() {
    super("eplb-shared", ClassLoader.getPlatformClassLoader());
  }

  /**
   * Returns whether a class belongs to a shared package. A jar's own copy of it is never loaded: it
   * would be another type of the same name.
   */
  static boolean cover(String className) {
    return OWNERS.containsKey(Reflection.getPackageName(className));
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    Class<?> owner = OWNERS.get(Reflection.getPackageName(name));
    return owner == null
        ? super.loadClass(name, resolve)
        : Class.forName(name, false, owner.getClassLoader());
  }
}
