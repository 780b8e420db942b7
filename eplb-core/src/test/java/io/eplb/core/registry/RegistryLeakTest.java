package io.eplb.core.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Closing a registry gives everything back, however often. */
class RegistryLeakTest {
  private static final int ROUNDS = 1_000;
  private static final int MOST_COLLECTIONS = 50;
  private static final Path OPEN_FILES = Path.of("/proc/self/fd");

  @TempDir private static Path folder = Path.of("");

  @BeforeAll
  static void buildJars() throws IOException {
    new TestJar(folder)
        .policy(
            "Reader",
            "read()",
            """
            private static String read() {
              try {
                // Never closed, and asked for in the way that the JDK caches.
                return new String(
                    Reader.class.getResource("word.txt").openStream().readNBytes(4));
              } catch (java.io.IOException failed) {
                throw new java.io.UncheckedIOException(failed);
              }
            }
            """)
        .entry("plugin/word.txt", "word".getBytes(StandardCharsets.UTF_8))
        .build("reader.jar");
    new TestJar(folder)
        .policy("Failing", "\"failing\"", "public Failing() { throw new IllegalStateException(); }")
        .build("failing.jar");
    new TestJar(folder).provides("plugin.Absent").build("absent.jar");
    new TestJar(folder).withoutServiceFile().build("library.jar");
    Files.writeString(folder.resolve("text.jar"), "no zip");
  }

  private static ClassLoader openAndClose() {
    try (PolicyRegistry registry =
        PolicyRegistry.open(List.of(new PolicyFolder(folder, "--policy-path")))) {
      assertEquals(4, registry.failures().size(), () -> registry.failures().toString());
      return registry.find("word").newInstance().getClass().getClassLoader();
    }
  }

  @Test
  void aThousandRegistriesLeaveNoClassLoaderBehind() {
    ReferenceQueue<ClassLoader> collected = new ReferenceQueue<>();
    List<WeakReference<ClassLoader>> loaders = new ArrayList<>();
    int gone = 0;
    for (int round = 0; round < ROUNDS; round++) {
      loaders.add(new WeakReference<>(openAndClose(), collected));
    }
    for (int collections = 0; gone < ROUNDS && collections < MOST_COLLECTIONS; collections++) {
      System.gc();
      while (collected.poll() != null) {
        gone++;
      }
    }
    assertEquals(ROUNDS, loaders.size());
    assertEquals(ROUNDS, gone);
  }

  @Test
  void aHundredRegistriesLeaveNoFileOpen() throws IOException {
    assumeTrue(Files.isDirectory(OPEN_FILES), "this system does not list open files");
    openAndClose();
    System.gc();
    for (int round = 0; round < 100; round++) {
      openAndClose();
    }
    long open = openJars();
    for (int collections = 0; open > 0 && collections < MOST_COLLECTIONS; collections++) {
      // Only for the stream that the policy itself never closed.
      System.gc();
      open = openJars();
    }
    assertEquals(0, open);
  }

  private static long openJars() throws IOException {
    try (Stream<Path> files = Files.list(OPEN_FILES)) {
      return files.filter(RegistryLeakTest::isOurs).count();
    }
  }

  private static boolean isOurs(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).startsWith(folder.toRealPath());
    } catch (IOException closedMeanwhile) {
      return false;
    }
  }

  @Test
  void closingTwiceIsHarmless() {
    PolicyRegistry registry =
        PolicyRegistry.open(List.of(new PolicyFolder(folder, "--policy-path")));
    registry.close();
    registry.close();
    assertTrue(registry.policies().size() > 0);
  }
}
