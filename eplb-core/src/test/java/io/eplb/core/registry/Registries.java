package io.eplb.core.registry;

import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;

/** Registries of what a test gives them alone, whatever is on the class path. */
public final class Registries {
  private Registries() {}

  public static PolicyRegistry empty() {
    return PolicyRegistry.of(new URLClassLoader(new URL[0], null));
  }

  /** Returns the registry of a jar, whose class loader is never closed. */
  public static PolicyRegistry of(Path jar) throws MalformedURLException {
    return PolicyRegistry.of(new PolicyJarLoader(jar));
  }
}
