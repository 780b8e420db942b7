package io.eplb.core.registry;

import io.eplb.api.EplbPolicy;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/** A jar that is compiled and packed while a test runs. */
public final class TestJar {
  private static final JavaCompiler COMPILER = ToolProvider.getSystemJavaCompiler();

  /** Shared, since opening the class path takes most of the time. */
  private static final StandardJavaFileManager FILES =
      COMPILER.getStandardFileManager(null, null, StandardCharsets.UTF_8);

  /** The place in a class file that says which Java it is for. */
  private static final int MAJOR_VERSION = 7;

  private static final byte NEWER = 120;

  private final Path folder;
  private final Map<String, String> sources = new LinkedHashMap<>();
  private final List<String> dropped = new ArrayList<>();
  private String serviceFile = "";
  private final Map<String, String> attributes = new LinkedHashMap<>();
  private final Map<String, byte[]> entries = new LinkedHashMap<>();
  private boolean serviceFileLeftOut;
  private boolean newerJava;
  private String api = apiLocation();

  public TestJar(Path folder) {
    this.folder = folder;
  }

  /** Adds a policy class of the given name, with the given members beside its name. */
  public TestJar policy(String simpleName, String name, String members) {
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

  public TestJar source(String simpleName, String source) {
    sources.put(simpleName, source);
    return this;
  }

  public TestJar provides(String line) {
    serviceFile += line + "\n";
    return this;
  }

  public TestJar version(String implementationVersion) {
    return attribute("Implementation-Version", implementationVersion);
  }

  /** Adds a main attribute to the manifest. */
  public TestJar attribute(String name, String value) {
    attributes.put(name, value);
    return this;
  }

  /** Compiles against another API than the present one: a jar, or a folder of classes. */
  public TestJar against(Path otherApi) {
    api = otherApi.toString();
    return this;
  }

  /** Adds an entry. */
  public TestJar entry(String name, byte[] content) {
    entries.put(name, content);
    return this;
  }

  /** Packs no service file. */
  public TestJar withoutServiceFile() {
    serviceFileLeftOut = true;
    return this;
  }

  /** Stamps the classes as compiled for a Java that is years ahead. */
  public TestJar forNewerJava() {
    newerJava = true;
    return this;
  }

  /** Packs the API's own classes too, as careless builds do. */
  public TestJar withACopyOfTheApi() throws IOException {
    Path api = Path.of(apiLocation());
    if (Files.isDirectory(api)) {
      copyApi(api);
      return this;
    }
    try (FileSystem packed = FileSystems.newFileSystem(api)) {
      copyApi(packed.getPath("/"));
    }
    return this;
  }

  private void copyApi(Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root.resolve("io/eplb/api"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        entry(root.relativize(file).toString().replace('\\', '/'), Files.readAllBytes(file));
      }
    }
  }

  /** Leaves a class out of the jar that the others were compiled against. */
  public TestJar without(String simpleName) {
    dropped.add(simpleName + ".class");
    return this;
  }

  public Path build(String fileName) throws IOException {
    Path work = Files.createTempDirectory(folder, "classes");
    compile(work);
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    attributes.forEach(
        (name, value) -> manifest.getMainAttributes().put(new Attributes.Name(name), value));
    Path jar = folder.resolve(fileName);
    try (OutputStream out = Files.newOutputStream(jar);
        JarOutputStream packed = new JarOutputStream(out, manifest)) {
      for (Map.Entry<String, byte[]> entry : classes(work).entrySet()) {
        pack(entry.getKey(), entry.getValue(), packed);
      }
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        pack(entry.getKey(), entry.getValue(), packed);
      }
      if (!serviceFileLeftOut) {
        pack(ServiceFile.NAME, serviceFile.getBytes(StandardCharsets.UTF_8), packed);
      }
    }
    return jar;
  }

  /** Returns the compiled classes by the names of their entries. */
  public Map<String, byte[]> classes() throws IOException {
    Path work = Files.createTempDirectory(folder, "classes");
    compile(work);
    return classes(work);
  }

  private Map<String, byte[]> classes(Path work) throws IOException {
    Map<String, byte[]> classes = new TreeMap<>();
    try (Stream<Path> files = Files.walk(work)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (file.toString().endsWith(".class")
            && !dropped.contains(String.valueOf(file.getFileName()))) {
          byte[] code = Files.readAllBytes(file);
          if (newerJava) {
            code[MAJOR_VERSION] = NEWER;
          }
          classes.put(work.relativize(file).toString().replace('\\', '/'), code);
        }
      }
    }
    return classes;
  }

  private static void pack(String name, byte[] content, JarOutputStream packed) throws IOException {
    packed.putNextEntry(new JarEntry(name));
    packed.write(content);
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
    List<String> options =
        sources.containsKey("module-info")
            ? List.of("-proc:none", "-d", work.toString(), "-p", modulePath())
            : List.of("-proc:none", "-d", work.toString(), "-cp", api);
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

  /**
   * The folder or the jar of the API alone: a policy needs no more, and each further jar would take
   * time to open.
   */
  private static String apiLocation() {
    return Locations.ofClass(EplbPolicy.class, "");
  }

  private static String modulePath() {
    return apiLocation() + File.pathSeparator + Locations.ofClass(Nullable.class, "");
  }

  /** Returns a class loader over jars that sees the API, as every policy's does. */
  public static URLClassLoader over(Path... jars) throws MalformedURLException {
    URL[] urls = new URL[jars.length];
    for (int index = 0; index < jars.length; index++) {
      urls[index] = jars[index].toUri().toURL();
    }
    return new URLClassLoader(urls, TestJar.class.getClassLoader());
  }
}
