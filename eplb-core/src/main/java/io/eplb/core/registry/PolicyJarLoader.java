package io.eplb.core.registry;

import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
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

  private final Path jar;
  private final String jarPrefix;
  private final String content;

  PolicyJarLoader(Path jar) throws MalformedURLException {
    super(jar.toString(), new URL[] {jar.toUri().toURL()}, SharedClasses.INSTANCE);
    this.jar = jar;
    this.jarPrefix = "jar:" + getURLs()[0] + "!/";
    this.content = content(jar);
  }

  /** Returns whether the file is another one now: classes that are not loaded yet are lost. */
  boolean overwritten() {
    return !content.equals(content(jar));
  }

  private static String content(Path jar) {
    try {
      return Files.size(jar) + " bytes of " + Files.getLastModifiedTime(jar);
    } catch (IOException gone) {
      return "none";
    }
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
