package io.eplb.core.registry;

import io.eplb.core.foreign.DeclarationCall;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.List;

/** Registries of the given sources alone, without the class path. */
public final class Registries {
  private Registries() {}

  public static PolicyRegistry empty() {
    return of(new URLClassLoader(new URL[0], null));
  }

  /** Returns the registry of a jar, whose class loader is never closed. */
  public static PolicyRegistry of(Path jar) throws MalformedURLException {
    return of(new PolicyJarLoader(jar));
  }

  /** Returns the registry of a class loader and its parents; leaves it open. */
  static PolicyRegistry of(ClassLoader loader) {
    PolicyScan scan = new PolicyScan(null);
    ClassPathSources.search(loader, scan);
    return new PolicyRegistry(scan, DeclarationCall.LIMIT, () -> {});
  }

  static PolicyRegistry of(List<PolicySource> sources) {
    PolicyScan scan = new PolicyScan(null);
    sources.forEach(scan::run);
    return new PolicyRegistry(scan, DeclarationCall.LIMIT, () -> {});
  }
}
