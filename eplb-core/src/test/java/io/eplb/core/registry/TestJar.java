package io.eplb.core.registry;

import io.eplb.api.EplbPolicy;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** A jar that is compiled and packed while a test runs. */
final class TestJar {
  private static final JavaCompiler COMPILER = ToolProvider.getSystemJavaCompiler();

  /** Shared, since opening the class path is what takes time. */
  private static final StandardJavaFileManager FILES =
      COMPILER.getStandardFileManager(null, null, StandardCharsets.UTF_8);

  private final Path folder;
  private final Map<String, String> sources = new LinkedHashMap<>();
  private final List<String> dropped = new ArrayList<>();
  private String serviceFile = "";
  private String version = "";

  TestJar(Path folder) {
    this.folder = folder;
  }

  /** Adds a policy class of the given name, with the given members beside its name. */
  TestJar policy(String simpleName, String name, String members) {
    return source(
            simpleName,
            """
            package plugin;
            import io.eplb.api.*;
            import java.util.List;
            public class %s implements EplbPolicy {
              public String name() { return %s; }
              public Rebalance rebalanceExperts(
                  ExpertTable table, ExpertWorkload workload, PolicyContext context) {
                return Rebalance.unchanged(table);
              }
              %s
            }
            """
                .formatted(simpleName, name, members))
        .provides("plugin." + simpleName);
  }

  TestJar source(String simpleName, String source) {
    sources.put(simpleName, source);
    return this;
  }

  TestJar provides(String line) {
    serviceFile += line + "\n";
    return this;
  }

  TestJar version(String implementationVersion) {
    version = implementationVersion;
    return this;
  }

  /** Leaves a class out of the jar that the others were compiled against. */
  TestJar without(String simpleName) {
    dropped.add(simpleName + ".class");
    return this;
  }

  Path build(String fileName) throws IOException {
    Path work = Files.createTempDirectory(folder, "classes");
    compile(work);
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    if (!version.isEmpty()) {
      manifest.getMainAttributes().put(Attributes.Name.IMPLEMENTATION_VERSION, version);
    }
    Path jar = folder.resolve(fileName);
    try (OutputStream out = Files.newOutputStream(jar);
        JarOutputStream entries = new JarOutputStream(out, manifest);
        Stream<Path> classes = Files.walk(work)) {
      for (Path file : classes.filter(Files::isRegularFile).toList()) {
        if (file.toString().endsWith(".class")
            && !dropped.contains(String.valueOf(file.getFileName()))) {
          entries.putNextEntry(new JarEntry(work.relativize(file).toString().replace('\\', '/')));
          entries.write(Files.readAllBytes(file));
        }
      }
      entries.putNextEntry(new JarEntry("META-INF/services/io.eplb.api.EplbPolicy"));
      entries.write(serviceFile.getBytes(StandardCharsets.UTF_8));
    }
    return jar;
  }

  private void compile(Path work) throws IOException {
    if (sources.isEmpty()) {
      return;
    }
    StringWriter problems = new StringWriter();
    List<String> files = new ArrayList<>();
    for (Map.Entry<String, String> source : sources.entrySet()) {
      Path file = work.resolve(source.getKey() + ".java");
      Files.writeString(file, source.getValue());
      files.add(file.toString());
    }
    List<String> options = List.of("-proc:none", "-d", work.toString(), "-cp", apiFolder());
    boolean done =
        COMPILER
            .getTask(
                problems,
                FILES,
                null,
                options,
                null,
                FILES.getJavaFileObjects(files.toArray(String[]::new)))
            .call();
    if (!done) {
      throw new IOException(problems.toString());
    }
  }

  /** The API alone: a policy needs no more, and each further jar would take time to open. */
  private static String apiFolder() {
    return Locations.ofClass(EplbPolicy.class, "");
  }

  /** Returns a class loader over jars that sees the API, as every policy's does. */
  static URLClassLoader over(Path... jars) throws MalformedURLException {
    URL[] urls = new URL[jars.length];
    for (int index = 0; index < jars.length; index++) {
      urls[index] = jars[index].toUri().toURL();
    }
    return new URLClassLoader(urls, TestJar.class.getClassLoader());
  }
}
