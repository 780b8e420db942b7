package io.eplb.api.kit.selftest;

import io.eplb.api.EplbPolicy;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.net.MalformedURLException;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.tools.ToolProvider;
import org.jspecify.annotations.NullMarked;

/** A jar, or a folder with classes, that is compiled from source texts when a test needs it. */
final class CompiledJar {
  private final Path classes;

  private CompiledJar(Path classes) {
    this.classes = classes;
  }

  /** Compiles the source of one class, {@code acme.Policy}, with what it declares besides. */
  static CompiledJar of(Path folder, String source) throws IOException {
    Path classes = Files.createDirectories(folder.resolve("classes"));
    Path file = Files.createDirectories(folder.resolve("acme")).resolve("Policy.java");
    Files.writeString(file, source);
    compile(file, classes, "-cp", System.getProperty("java.class.path"));
    return new CompiledJar(classes);
  }

  /** Compiles a further class into it, given by its path below the root of packages. */
  CompiledJar with(String path, String source) throws IOException {
    Path file = classes.resolveSibling(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, source);
    compile(file, classes, "-cp", System.getProperty("java.class.path"));
    return this;
  }

  private static void compile(Path source, Path classes, String... path) throws IOException {
    List<String> arguments = new ArrayList<>(List.of("-proc:none", "-d", classes.toString()));
    arguments.addAll(List.of(path));
    arguments.add(source.toString());
    int status =
        ToolProvider.getSystemJavaCompiler()
            .run(null, null, null, arguments.toArray(String[]::new));
    if (status != 0) {
      throw new IllegalArgumentException("cannot compile " + Files.readString(source));
    }
  }

  /** Makes a module of it, with this directive beside the need of the API. */
  CompiledJar inModule(String directive) throws Exception {
    Path descriptor = classes.resolveSibling("module-info.java");
    Files.writeString(descriptor, "module acme { requires io.eplb.api; " + directive + " }");
    compile(
        descriptor,
        classes,
        "-p",
        origin(EplbPolicy.class) + File.pathSeparator + origin(NullMarked.class));
    return this;
  }

  private static Path origin(Class<?> type) throws URISyntaxException {
    return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
  }

  /** Adds a service file with these lines. */
  CompiledJar listing(String... lines) throws IOException {
    Path services = Files.createDirectories(classes.resolve("META-INF/services"));
    Files.writeString(
        services.resolve(EplbPolicy.class.getName()), String.join("\n", lines) + "\n");
    return this;
  }

  /** Loads the policy from the folder. */
  Class<? extends EplbPolicy> fromFolder() throws Exception {
    return load(classes.toUri().toURL());
  }

  /** Loads the policy from a jar with the same content. */
  Class<? extends EplbPolicy> fromJar() throws Exception {
    Path jar = classes.resolveSibling("policy.jar");
    List<Path> files;
    try (Stream<Path> tree = Files.walk(classes)) {
      files = tree.filter(Files::isRegularFile).sorted().toList();
    }
    try (OutputStream file = Files.newOutputStream(jar);
        ZipOutputStream entries = new ZipOutputStream(file, StandardCharsets.UTF_8)) {
      for (Path each : files) {
        entries.putNextEntry(new ZipEntry(classes.relativize(each).toString()));
        Files.copy(each, entries);
      }
    }
    return load(jar.toUri().toURL());
  }

  @SuppressWarnings("resource") // The class is used for as long as the test runs.
  private static Class<? extends EplbPolicy> load(URL url)
      throws ClassNotFoundException, MalformedURLException {
    return new URLClassLoader(new URL[] {url}, EplbPolicy.class.getClassLoader())
        .loadClass("acme.Policy")
        .asSubclass(EplbPolicy.class);
  }
}
