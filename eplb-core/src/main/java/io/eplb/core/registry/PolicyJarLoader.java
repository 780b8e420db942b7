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
 * names. It is named by the jar's path, which is how stack traces name it.
 */
final class PolicyJarLoader extends URLClassLoader {
  static {
    registerAsParallelCapable();
  }

  private final String jarPrefix;

  PolicyJarLoader(Path jar) throws MalformedURLException {
    this(jar, jar.toUri().toURL());
  }

  private PolicyJarLoader(Path jar, URL url) {
    super(jar.toString(), new URL[] {url}, SharedClasses.INSTANCE);
    this.jarPrefix = "jar:" + url.toExternalForm() + "!/";
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

  /** A library that is a policy jar itself provides its policies where it lies, not here. */
  private boolean isOfThisJar(URL url) {
    return url.toExternalForm().startsWith(jarPrefix);
  }
}
