package io.eplb.core.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Closing a registry gives everything back, however often. */
@Timeout(value = 10, unit = TimeUnit.MINUTES) // Only so that who hangs is told of.
class RegistryLeakTest {
  private static final int ROUNDS = 1_000;
  private static final Path OPEN_FILES = Path.of("/proc/self/fd");

  @TempDir private static Path folder = Path.of("");

  private static final List<PolicyFolder> healthy = new ArrayList<>();
  private static final List<PolicyFolder> all = new ArrayList<>();

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
    healthy.add(new PolicyFolder(folder, "--policy-path"));
    Path broken = Files.createDirectory(folder.resolve("broken"));
    new TestJar(broken)
        .policy("Failing", "\"failing\"", "public Failing() { throw new IllegalStateException(); }")
        .build("failing.jar");
    new TestJar(broken).provides("plugin.Absent").build("absent.jar");
    new TestJar(broken).withoutServiceFile().build("library.jar");
    Files.writeString(broken.resolve("text.jar"), "no zip");
    all.addAll(healthy);
    all.add(new PolicyFolder(broken, "--policy-path"));
  }

  private static ClassLoader openAndClose(List<PolicyFolder> folders, int failures) {
    try (PolicyRegistry registry = PolicyRegistry.open(folders)) {
      assertEquals(failures, registry.failures().size(), () -> registry.failures().toString());
      return registry.find("word").newInstance().getClass().getClassLoader();
    }
  }

  @Test
  void aThousandRegistriesLeaveNoClassLoaderBehind() throws InterruptedException {
    List<WeakReference<ClassLoader>> loaders = new ArrayList<>();
    for (int round = 0; round < ROUNDS; round++) {
      loaders.add(new WeakReference<>(openAndClose(healthy, 0)));
    }
    Garbage.awaitCollected(loaders);
    assertEquals(ROUNDS, loaders.size());
  }

  @Test
  void aHundredRegistriesLeaveNoFileOpen() throws IOException, InterruptedException {
    assumeTrue(Files.isDirectory(OPEN_FILES), "this system does not list open files");
    openAndClose(all, 4);
    System.gc();
    for (int round = 0; round < 100; round++) {
      openAndClose(all, 4);
    }
    for (long open = openJars(); open > 0; open = openJars()) {
      if (Thread.interrupted()) {
        throw new InterruptedException(open + " jars are open");
      }
      // Only for the stream that the policy itself never closed.
      System.gc();
    }
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
    PolicyRegistry registry = PolicyRegistry.open(all);
    registry.close();
    registry.close();
    assertTrue(registry.policies().size() > 0);
  }
}
