package io.eplb.core.registry;

import com.google.common.reflect.Reflection;
import io.eplb.core.foreign.ForeignFailure;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The check that a policy finds the classes that it needs, by reading class files alone.
 *
 * <p>It reads the policy's class and, from there, every class that one of them names and that is in
 * the policy's package or below. What these name has to exist. Other classes of the jar, such as a
 * library that is packed into it, are not read: libraries often name classes that they do without.
 */
final class Linkage {
  private final ClassLoader loader;
  private final String ownPackage;
  private final Set<String> met = new HashSet<>();
  private final Queue<String> unread = new ArrayDeque<>();

  private Linkage(ClassLoader loader, String ownPackage) {
    this.loader = loader;
    this.ownPackage = ownPackage;
  }

  /** Returns the reason in one line if a class that a policy needs is missing, else null. */
  static @Nullable String fault(Class<?> policy) {
    ClassLoader loader = policy.getClassLoader();
    if (loader == null) {
      return null;
    }
    return new Linkage(loader, policy.getPackageName()).faultFrom(policy.getName());
  }

  /** Returns the constants of a class's file; null if there is none or it is malformed. */
  static @Nullable ClassFile classFile(Class<?> type) {
    ClassLoader loader = type.getClassLoader();
    return loader == null ? null : classFile(loader, type.getName());
  }

  private static @Nullable ClassFile classFile(ClassLoader loader, String className) {
    try (InputStream file = loader.getResourceAsStream(className.replace('.', '/') + ".class")) {
      return file == null ? null : ClassFile.read(file);
    } catch (IOException malformed) {
      return null;
    }
  }

  private @Nullable String faultFrom(String policyClass) {
    met.add(policyClass);
    unread.add(policyClass);
    for (String className = unread.poll(); className != null; className = unread.poll()) {
      ClassFile file = classFile(loader, className);
      // A class that cannot be read has told so when it was loaded, or will.
      for (String needed : file == null ? Set.<String>of() : new TreeSet<>(file.classNames())) {
        if (met.add(needed) && !follow(needed)) {
          return "the class " + needed + " that it needs is missing (named in " + className + ")";
        }
      }
    }
    return null;
  }

  /** Returns whether a class exists, and notes it for reading if it is the policy's own. */
  private boolean follow(String className) {
    if (!SharedClasses.cover(className) && isOwn(className)) {
      unread.add(className);
      return exists(className);
    }
    return isShared(className) || exists(className);
  }

  private boolean isOwn(String className) {
    String name = Reflection.getPackageName(className);
    return name.equals(ownPackage) || (!ownPackage.isEmpty() && name.startsWith(ownPackage + "."));
  }

  private boolean exists(String className) {
    return loader.getResource(className.replace('.', '/') + ".class") != null;
  }

  /** Returns whether the JDK, the API or SLF4J have a class; loads it without initialising it. */
  private static boolean isShared(String className) {
    try {
      return Class.forName(className, false, SharedClasses.INSTANCE) != null;
    } catch (ClassNotFoundException | LinkageError absent) {
      ForeignFailure.rethrowIfFatal(absent);
      return false;
    }
  }
}
