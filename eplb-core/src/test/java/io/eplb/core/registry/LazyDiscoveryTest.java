package io.eplb.core.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.InvalidInputException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Discovery reads jars; the code of a policy runs only when its name is asked for. */
class LazyDiscoveryTest {
  private static final String RAN = "eplb.test.lazy.ran";
  private static final String LATCH = "eplb.test.lazy.latch";

  @TempDir private Path folder = Path.of("");

  @AfterEach
  void forget() {
    System.clearProperty(RAN);
    System.getProperties().remove(LATCH);
  }

  private TestJar jar() {
    return new TestJar(folder);
  }

  private PolicyRegistry open() {
    return PolicyRegistry.open(List.of(new PolicyFolder(folder, "--policy-path")));
  }

  private static String marking(String more) {
    return "static { System.setProperty(\"%s\", \"yes\"); %s }".formatted(RAN, more);
  }

  @Test
  void aStaticBlockThatNeverEndsDoesNotRunForAnotherPolicy() throws IOException {
    for (String name : List.of("one", "two", "three")) {
      jar()
          .policy(
              "Sleeping",
              '"' + name + '"',
              marking("while (true) Thread.onSpinWait();")
                  .replace("while (true)", "while (!Boolean.getBoolean(\"eplb.test.never\"))"))
          .build(name + ".jar");
    }
    jar().policy("Wanted", "\"wanted\"", "").build("wanted.jar");
    try (PolicyRegistry registry = open()) {
      assertEquals("wanted", registry.find("wanted").newInstance().name());
      assertEquals("default", registry.find("default").name());
      assertNull(System.getProperty(RAN));
    }
  }

  @Test
  void aStaticBlockThatEndsTheProcessDoesNotRunForAnotherPolicy() throws IOException {
    jar().policy("Leaving", "\"leaving\"", "static { System.exit(0); }").build("leaving.jar");
    jar().policy("Wanted", "\"wanted\"", "").build("wanted.jar");
    try (PolicyRegistry registry = open()) {
      assertEquals("wanted", registry.find("wanted").newInstance().name());
    }
  }

  @Test
  void aNameThatIsNoLiteralIsFoundToo() throws IOException {
    jar()
        .policy("Computed", "\"com\" + System.getProperty(\"eplb.test.puted\", \"puted\")", "")
        .build("computed.jar");
    try (PolicyRegistry registry = open()) {
      assertEquals("plugin.Computed", registry.find("computed").className());
    }
  }

  @Test
  void aPolicyThatOnlyMentionsANameIsNotTakenForIt() throws IOException {
    jar()
        .policy("Other", "\"other\"", "public static String like() { return \"wanted\"; }")
        .build("a.jar");
    jar().policy("Wanted", "\"wanted\"", "").build("b.jar");
    try (PolicyRegistry registry = open()) {
      assertEquals("plugin.Wanted", registry.find("wanted").className());
    }
  }

  @Test
  void policiesOfSeveralJarsAreInitialisedAtTheSameTime() throws IOException {
    System.getProperties().put(LATCH, new CountDownLatch(3));
    for (String name : List.of("one", "two", "three")) {
      jar()
          .policy(
              "Waiting",
              '"' + name + '"',
              """
              static {
                java.util.concurrent.CountDownLatch all =
                    (java.util.concurrent.CountDownLatch) System.getProperties().get("%s");
                all.countDown();
                try {
                  all.await();
                } catch (InterruptedException left) {
                  throw new IllegalStateException(left);
                }
              }
              """
                  .formatted(LATCH))
          .build(name + ".jar");
    }
    try (PolicyRegistry registry = open()) {
      List<String> names = registry.policies().stream().map(DiscoveredPolicy::name).toList();
      assertTrue(names.containsAll(List.of("one", "two", "three")), names.toString());
    }
  }

  @Test
  void aPolicyWhoseLibraryIsMissingIsNotListedAndItsCodeDoesNotRun() throws IOException {
    Path jar =
        jar()
            .source(
                "Library", "package plugin; public class Library { public static void use() {} }")
            .policy(
                "Lacking",
                "\"lacking\"",
                marking("")
                    + " void later() { new Inner().use(); }"
                    + " static class Inner { void use() { Library.use(); } }")
            .without("Library")
            .build("lacking.jar");
    try (PolicyRegistry registry = open()) {
      String reason =
          "the class plugin.Library that it needs is missing (named in plugin.Lacking$Inner)";
      assertEquals(
          List.of(jar + ": plugin.Lacking: " + reason),
          registry.failures().stream().map(LoadFailure::toString).toList());
      assertTrue(registry.policies().stream().noneMatch(policy -> policy.name().equals("lacking")));
      String message =
          String.valueOf(
              assertThrows(InvalidInputException.class, () -> registry.find("lacking"))
                  .getMessage());
      assertTrue(message.contains(reason), message);
      assertNull(System.getProperty(RAN));
    }
  }

  @Test
  void aLibraryThatIsPackedInMayNameClassesThatItDoesWithout() throws IOException {
    Map<String, byte[]> library =
        jar()
            .source("Optional", "package shaded; public class Optional {}")
            .source(
                "Library",
                """
                package shaded;
                public class Library {
                  public static int three() { return 3; }
                  Object other() { return new Optional(); }
                }
                """)
            .without("Optional")
            .classes();
    TestJar packed =
        jar()
            .source(
                "Library",
                "package shaded; public class Library { public static int three() { return 0; } }")
            .policy("Using", "\"using\"", "static final int THREE = shaded.Library.three();");
    library.forEach(packed::entry);
    packed.without("Library").build("using.jar");
    try (PolicyRegistry registry = open()) {
      assertEquals("using", registry.find("using").newInstance().name());
    }
  }
}
