package io.eplb.check;

import io.eplb.api.EplbPolicy;
import io.eplb.core.registry.PolicyClass;
import io.eplb.core.registry.PolicyRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import org.jspecify.annotations.Nullable;

/**
 * The jar and the policy that are checked, as system properties: the kit starts another virtual
 * machine, which has to know them too. It passes on those whose names begin with {@code eplb.kit.}.
 */
final class CheckedJar {
  static final String JAR = "eplb.kit.jar";
  static final String POLICY = "eplb.kit.policy";
  private static final String SERVICE_FILE = "META-INF/services/" + EplbPolicy.class.getName();

  private static @Nullable EplbPolicy first;

  private CheckedJar() {}

  static Path path() {
    return Path.of(System.getProperty(JAR));
  }

  /** Returns the names in the service file; empty if the jar or the file cannot be read. */
  static List<String> providers() {
    try (JarFile jar = new JarFile(path().toFile(), false)) {
      ZipEntry entry = jar.getEntry(SERVICE_FILE);
      if (entry == null) {
        return List.of();
      }
      try (InputStream in = jar.getInputStream(entry)) {
        return new String(in.readAllBytes(), StandardCharsets.UTF_8)
            .lines()
            .map(line -> line.replaceFirst("#.*", "").strip())
            .filter(line -> !line.isEmpty())
            .distinct()
            .toList();
      }
    } catch (IOException unreadable) {
      return List.of();
    }
  }

  /** Returns the policy's class without initialising it: no code of it runs. */
  static Class<? extends EplbPolicy> type() {
    try {
      ClassLoader loader =
          new URLClassLoader(new URL[] {path().toUri().toURL()}, CheckedJar.class.getClassLoader());
      return Class.forName(System.getProperty(POLICY), false, loader).asSubclass(EplbPolicy.class);
    } catch (IOException | ReflectiveOperationException absent) {
      throw new IllegalArgumentException(absent);
    }
  }

  /** Makes the next instance from the property anew. */
  static synchronized void forget() {
    first = null;
  }

  /** Makes an instance as the program does, in a class loader that all instances share. */
  static synchronized EplbPolicy newPolicy() {
    EplbPolicy known = first;
    if (known == null) {
      known = PolicyRegistry.load(new PolicyClass(Optional.of(path()), System.getProperty(POLICY)));
      first = known;
      return known;
    }
    try {
      return known.getClass().getConstructor().newInstance();
    } catch (ReflectiveOperationException broken) {
      throw new IllegalStateException(broken);
    }
  }
}
