package io.eplb.core.update.promise;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardLocation;
import javax.tools.ToolProvider;

/**
 * The protocol, its record and their simulation once more, with one mutation, in a class loader of
 * their own.
 */
final class MutatedProtocol extends ClassLoader {
  private static final List<String> PACKAGES =
      List.of(
          "io.eplb.core.update.promise.", "io.eplb.core.record.", "io.eplb.core.engine.shared.");

  private final Map<String, byte[]> mutated;

  /**
   * Compiles the mutated source.
   *
   * @throws IllegalArgumentException if its part is not found once, or does not compile
   */
  MutatedProtocol(Mutation mutation) {
    super(MutatedProtocol.class.getClassLoader());
    this.mutated = compile(mutation.source().getName(), mutatedSource(mutation));
  }

  private static String mutatedSource(Mutation mutation) {
    Path file = Path.of("src/main/java", mutation.source().getName().replace('.', '/') + ".java");
    String source;
    try {
      source = Files.readString(file);
    } catch (IOException thrown) {
      throw new UncheckedIOException(thrown);
    }
    int at = source.indexOf(mutation.original());
    if (at < 0 || source.indexOf(mutation.original(), at + 1) >= 0) {
      throw new IllegalArgumentException(
          "%s is %s in %s; bring the list of mutations up to date"
              .formatted(mutation.original(), at < 0 ? "not found" : "found more than once", file));
    }
    return source.replace(mutation.original(), mutation.replacement());
  }

  private static Map<String, byte[]> compile(String name, String source) {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    ClassesInMemory classes =
        new ClassesInMemory(compiler.getStandardFileManager(null, null, null));
    StringWriter messages = new StringWriter();
    List<String> options =
        List.of("-proc:none", "-nowarn", "-cp", System.getProperty("java.class.path"));
    JavaCompiler.CompilationTask task =
        compiler.getTask(
            messages, classes, null, options, null, List.of(new SourceInMemory(name, source)));
    if (!task.call()) {
      throw new IllegalArgumentException("the mutation does not compile: " + messages);
    }
    Map<String, byte[]> bytes = new HashMap<>();
    classes.compiled.forEach((type, content) -> bytes.put(type, content.toByteArray()));
    return bytes;
  }

  /** Creates an object of a class of the simulation, by its constructor without parameters. */
  @SuppressWarnings("unchecked")
  <T> T create(Class<? extends T> type) {
    try {
      return (T) loadClass(type.getName()).getConstructor().newInstance();
    } catch (ReflectiveOperationException thrown) {
      throw new IllegalStateException(thrown);
    }
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    if (PACKAGES.stream().noneMatch(name::startsWith)) {
      return super.loadClass(name, resolve);
    }
    synchronized (getClassLoadingLock(name)) {
      Class<?> loaded = findLoadedClass(name);
      return loaded != null ? loaded : define(name);
    }
  }

  private Class<?> define(String name) throws ClassNotFoundException {
    byte[] bytes = mutated.get(name);
    if (bytes == null) {
      try (InputStream original =
          getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
        if (original == null) {
          throw new ClassNotFoundException(name);
        }
        bytes = original.readAllBytes();
      } catch (IOException thrown) {
        throw new ClassNotFoundException(name, thrown);
      }
    }
    return defineClass(name, bytes, 0, bytes.length);
  }

  private static final class SourceInMemory extends SimpleJavaFileObject {
    private final String source;

    SourceInMemory(String name, String source) {
      super(URI.create("string:///" + name.replace('.', '/') + ".java"), Kind.SOURCE);
      this.source = source;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return source;
    }
  }

  private static final class ClassInMemory extends SimpleJavaFileObject {
    private final Supplier<OutputStream> content;

    ClassInMemory(String name, Supplier<OutputStream> content) {
      super(URI.create("bytes:///" + name.replace('.', '/') + ".class"), Kind.CLASS);
      this.content = content;
    }

    @Override
    public OutputStream openOutputStream() {
      return content.get();
    }
  }

  private static final class ClassesInMemory extends ForwardingJavaFileManager<JavaFileManager> {
    private final Map<String, ByteArrayOutputStream> compiled = new HashMap<>();

    ClassesInMemory(JavaFileManager files) {
      super(files);
    }

    @Override
    public JavaFileObject getJavaFileForOutput(
        Location location, String name, JavaFileObject.Kind kind, FileObject sibling)
        throws IOException {
      return location == StandardLocation.CLASS_OUTPUT
          ? new ClassInMemory(
              name, () -> compiled.computeIfAbsent(name, key -> new ByteArrayOutputStream()))
          : super.getJavaFileForOutput(location, name, kind, sibling);
    }
  }
}
