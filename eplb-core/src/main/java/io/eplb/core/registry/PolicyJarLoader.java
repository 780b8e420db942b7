package io.eplb.core.registry;

import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The class loader of one policy jar and of the libraries that its manifest's {@code Class-Path}
 * names. Its name is the jar's path, for stack traces.
 */
final class PolicyJarLoader extends URLClassLoader {
  static {
    registerAsParallelCapable();
  }

  private final String jarPrefix;

  PolicyJarLoader(Path jar) throws MalformedURLException {
    super(jar.toString(), new URL[] {jar.toUri().toURL()}, SharedClasses.INSTANCE);
    this.jarPrefix = "jar:" + getURLs()[0] + "!/";
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    return SharedClasses.cover(name)
        ? SharedClasses.INSTANCE.loadClass(name)
        : super.loadClass(name, resolve);
  }

  @Override
  public @Nullable URL findResource(String name) {
    URL found = super.findResource(name);
    return found == null ? null : UncachedUrls.of(found);
  }

  @Override
  public Enumeration<URL> findResources(String name) throws IOException {
    List<URL> found =
        Collections.list(super.findResources(name)).stream()
            .filter(url -> !name.equals(ServiceFile.NAME) || isOfThisJar(url))
            .map(UncachedUrls::of)
            .toList();
    return Collections.enumeration(found);
  }

  /** Tells the jar from its libraries, whose own service files do not count here. */
  private boolean isOfThisJar(URL url) {
    return url.toExternalForm().startsWith(jarPrefix);
  }
}
