package io.eplb.core.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.EplbPolicy;
import io.eplb.api.InvalidInputException;
import io.eplb.api.PolicyException;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PolicyRegistryTest {
  private static final String HEALTHY = "healthy.jar";
  private static final String BROKEN = "broken.jar";

  @TempDir private static Path shared = Path.of("");
  private static Path healthyJar = Path.of("");

  @TempDir private Path folder = Path.of("");

  private TestJar jar() {
    return new TestJar(folder);
  }

  @BeforeAll
  static void buildAHealthyJar() throws IOException {
    healthyJar =
        new TestJar(shared)
            .policy(
                "Healthy",
                "\"healthy\"",
                """
            public List<PolicyOption<?>> options() {
              return List.of(PolicyOption.integer("depth", 4, 1, 8, "How deep to search."));
            }
            """)
            .version("1.2.3")
            .build(HEALTHY);
  }

  /** Loads a broken jar before and a healthy one after it, and returns the one failure. */
  private LoadFailure assertBroken(TestJar broken, @Nullable String providerClass, String reason)
      throws IOException {
    Path bad = broken.build(BROKEN);
    try (URLClassLoader loader = TestJar.over(bad, healthyJar)) {
      PolicyRegistry registry = Registries.of(loader);
      assertEquals("healthy", registry.find("healthy").name());
      List<LoadFailure> failures =
          registry.failures().stream()
              .filter(failure -> failure.location().equals(bad.toString()))
              .toList();
      assertEquals(1, failures.size(), failures::toString);
      LoadFailure failure = failures.get(0);
      assertEquals(Optional.ofNullable(providerClass), failure.providerClass());
      assertTrue(failure.reason().contains(reason), failure::toString);
      assertFalse(failure.reason().contains("Exception"), failure::toString);
      assertFalse(failure.reason().contains("Error"), failure::toString);
      String message =
          String.valueOf(
              assertThrows(InvalidInputException.class, () -> registry.find("broken"))
                  .getMessage());
      assertTrue(message.contains(failure.toString()), message);
      return failure;
    }
  }

  @Test
  void aPolicyIsFoundWithVersionJarAndOptions() throws IOException {
    Path jar = healthyJar;
    try (URLClassLoader loader = TestJar.over(jar)) {
      DiscoveredPolicy policy = Registries.of(loader).find("healthy");
      assertEquals("healthy", policy.name());
      assertEquals("1.2.3", policy.version());
      assertEquals(jar.toString(), policy.location());
      assertEquals("plugin.Healthy", policy.className());
      assertEquals("depth", policy.options().get(0).name());
      EplbPolicy instance = policy.newInstance();
      assertEquals("plugin.Healthy", instance.getClass().getName());
      assertNotSame(instance, policy.newInstance());
    }
  }

  @Test
  void aJarThatStatesNoVersionHasAnUnknownOne() throws IOException {
    Path jar = jar().policy("Plain", "\"plain\"", "").build("plain.jar");
    try (URLClassLoader loader = TestJar.over(jar)) {
      assertEquals("unknown", Registries.of(loader).find("plain").version());
    }
  }

  @Test
  void aJarWithASpaceInItsPathIsNamedAsPeopleWriteIt() throws IOException {
    Path jar = jar().policy("Plain", "\"plain\"", "").build("my policies.jar");
    try (URLClassLoader loader = TestJar.over(jar)) {
      assertEquals(jar.toString(), Registries.of(loader).find("plain").location());
    }
  }

  @Test
  void aConstructorThatThrowsStopsNoOtherPolicy() throws IOException {
    assertBroken(
        jar()
            .policy(
                "Broken",
                "\"broken\"",
                "public Broken() { throw new IllegalStateException(\"no licence\"); }"),
        "plugin.Broken",
        "its constructor failed: no licence");
  }

  @Test
  void aConstructorThatRunsOutOfStackStopsNoOtherPolicy() throws IOException {
    assertBroken(
        jar().policy("Broken", "\"broken\"", "public Broken() { new Broken(); }"),
        "plugin.Broken",
        "its constructor failed: it recursed too deeply");
  }

  @Test
  void aStaticInitialiserThatThrowsStopsNoOtherPolicy() throws IOException {
    assertBroken(
        jar()
            .policy(
                "Broken",
                "\"broken\"",
                "static final int BAD = Integer.parseInt(\"not a number\");"),
        "plugin.Broken",
        "a class of it could not be initialised: For input string: \"not a number\"");
  }

  @Test
  void aMissingSuperclassStopsNoOtherPolicy() throws IOException {
    TestJar broken =
        jar()
            .source("Base", "package plugin; public abstract class Base {}")
            .source(
                "Broken",
                """
                package plugin;
                import io.eplb.api.*;
                public class Broken extends Base implements EplbPolicy {
                  public String name() { return "broken"; }
                  public Rebalance rebalanceExperts(
                      ExpertTable table, ExpertWorkload workload, PolicyContext context) {
                    return Rebalance.unchanged(table);
                  }
                }
                """)
            .without("Base")
            .provides("plugin.Broken");
    assertBroken(broken, null, "the class plugin.Base that it needs is missing");
  }

  @Test
  void aServiceFileThatNamesAnAbsentClassStopsNoOtherPolicy() throws IOException {
    assertBroken(
        jar().provides("plugin.Absent"),
        "plugin.Absent",
        "its service file names this class, but the class is absent");
  }

  @Test
  void theOtherPoliciesOfAHalfBrokenJarAreFound() throws IOException {
    Path half = jar().provides("plugin.Absent").policy("Half", "\"half\"", "").build("half.jar");
    try (URLClassLoader loader = TestJar.over(half)) {
      PolicyRegistry registry = Registries.of(loader);
      assertEquals("half", registry.find("half").name());
      assertTrue(
          registry.failures().stream()
              .anyMatch(failure -> failure.location().equals(half.toString())));
    }
  }

  @Test
  void aClassThatIsNoPolicyStopsNoOtherPolicy() throws IOException {
    assertBroken(
        jar().source("Broken", "package plugin; public class Broken {}").provides("plugin.Broken"),
        "plugin.Broken",
        "it is no policy: it does not implement io.eplb.api.EplbPolicy");
  }

  @Test
  void aClassThatIsNotPublicStopsNoOtherPolicy() throws IOException {
    assertBroken(
        jar()
            .source(
                "Broken",
                """
                package plugin;
                import io.eplb.api.*;
                class Broken implements EplbPolicy {
                  public Broken() {}
                  public String name() { return "broken"; }
                  public Rebalance rebalanceExperts(
                      ExpertTable table, ExpertWorkload workload, PolicyContext context) {
                    return Rebalance.unchanged(table);
                  }
                }
                """)
            .provides("plugin.Broken"),
        "plugin.Broken",
        "the class is not public");
  }

  @Test
  void aConstructorThatIsNotPublicStopsNoOtherPolicy() throws IOException {
    assertBroken(
        jar().policy("Broken", "\"broken\"", "Broken() {}"),
        "plugin.Broken",
        "or has no public constructor without arguments");
  }

  @Test
  void anAbstractClassStopsNoOtherPolicy() throws IOException {
    assertBroken(
        jar()
            .source(
                "Broken",
                """
                package plugin;
                import io.eplb.api.*;
                public abstract class Broken implements EplbPolicy {
                  public String name() { return "broken"; }
                }
                """)
            .provides("plugin.Broken"),
        "plugin.Broken",
        "the class is abstract");
  }

  @Test
  void aServiceFileFullOfGarbageStopsNoOtherPolicy() throws IOException {
    assertBroken(
        jar().provides("{ \"policy\": 1 }"), null, "its service file is malformed in line 1");
  }

  @Test
  void aClassFileFullOfGarbageStopsNoOtherPolicy() throws IOException {
    Path bad = folder.resolve("garbage");
    Files.createDirectories(bad.resolve("META-INF/services"));
    Files.createDirectories(bad.resolve("plugin"));
    Files.writeString(bad.resolve("plugin/Garbage.class"), "not a class");
    Files.writeString(bad.resolve("META-INF/services/io.eplb.api.EplbPolicy"), "plugin.Garbage\n");
    try (URLClassLoader loader = TestJar.over(bad, healthyJar)) {
      PolicyRegistry registry = Registries.of(loader);
      assertEquals("healthy", registry.find("healthy").name());
      assertTrue(
          registry.failures().stream()
              .anyMatch(
                  failure ->
                      failure.location().equals(bad.toString())
                          && failure.reason().startsWith("its classes cannot be linked")),
          () -> registry.failures().toString());
    }
  }

  @Test
  void aNameThatIsNullIsALoadFailure() throws IOException {
    assertBroken(jar().policy("Broken", "null", ""), "plugin.Broken", "its name is null");
  }

  @Test
  void aNameThatThrowsIsALoadFailure() throws IOException {
    assertBroken(
        jar().policy("Broken", "String.valueOf(1 / (\"\".length()))", ""),
        "plugin.Broken",
        "its name cannot be read: / by zero");
  }

  @Test
  void aMalformedNameIsALoadFailure() throws IOException {
    assertBroken(
        jar().policy("Broken", "\"Broken Policy\"", ""),
        "plugin.Broken",
        "its name 'Broken Policy' must match [a-z][a-z0-9-]* and have at most 64 characters");
  }

  @Test
  void aNameThatIsTooLongIsALoadFailure() throws IOException {
    assertBroken(
        jar().policy("Broken", "\"a\".repeat(65)", ""),
        "plugin.Broken",
        "have at most 64 characters");
  }

  @Test
  void optionsThatAreNullAreALoadFailure() throws IOException {
    assertBroken(
        jar()
            .policy(
                "Broken", "\"broken\"", "public List<PolicyOption<?>> options() { return null; }"),
        "plugin.Broken",
        "the options of policy broken are null");
  }

  @Test
  void optionsThatThrowAreALoadFailure() throws IOException {
    assertBroken(
        jar()
            .policy(
                "Broken",
                "\"broken\"",
                """
                public List<PolicyOption<?>> options() {
                  return List.of(PolicyOption.integer("depth", 9, 1, 8, "Out of its own range."));
                }
                """),
        "plugin.Broken",
        "the declaration of option depth is wrong");
  }

  @Test
  void anOptionDeclaredTwiceIsALoadFailure() throws IOException {
    assertBroken(
        jar()
            .policy(
                "Broken",
                "\"broken\"",
                """
                public List<PolicyOption<?>> options() {
                  PolicyOption<?> depth = PolicyOption.integer("depth", 4, 1, 8, "How deep.");
                  return List.of(depth, depth);
                }
                """),
        "plugin.Broken",
        "policy broken: option depth is declared twice");
  }

  @Test
  void twoPoliciesOfOneNameAreAnErrorThatNamesBothJars() throws IOException {
    Path first = jar().policy("First", "\"twice\"", "").build("first.jar");
    Path second = jar().policy("Second", "\"twice\"", "").build("second.jar");
    try (URLClassLoader loader = TestJar.over(first, second, healthyJar)) {
      PolicyRegistry registry = Registries.of(loader);
      String message =
          String.valueOf(
              assertThrows(InvalidInputException.class, () -> registry.find("twice")).getMessage());
      assertEquals(
          "the name twice is taken by 2 policies: plugin.First in "
              + first
              + " and plugin.Second in "
              + second
              + "; remove all jars but one",
          message);
      assertEquals("healthy", registry.find("healthy").name());
      assertTrue(registry.policies().stream().noneMatch(found -> found.name().equals("twice")));
      assertEquals(
          2,
          registry.failures().stream().filter(failure -> failure.reason().equals(message)).count());
    }
  }

  @Test
  void anUnknownNameIsAnErrorThatListsTheAvailableNamesAndSuggestsTheClosest() throws IOException {
    try (URLClassLoader loader = TestJar.over(healthyJar)) {
      PolicyRegistry registry = Registries.of(loader);
      String message =
          String.valueOf(
              assertThrows(InvalidInputException.class, () -> registry.find("heathy"))
                  .getMessage());
      assertTrue(
          message.startsWith("there is no policy 'heathy' (did you mean healthy?); available: "),
          message);
    }
  }

  @Test
  void aPolicyThatFailsWhenItIsMadeAgainIsThePolicysFault() throws IOException {
    Path jar =
        jar()
            .policy(
                "Once",
                "\"once\"",
                """
                private static boolean made;
                public Once() {
                  if (made) {
                    throw new IllegalStateException("only one");
                  }
                  made = true;
                }
                """)
            .build("once.jar");
    try (URLClassLoader loader = TestJar.over(jar)) {
      DiscoveredPolicy policy = Registries.of(loader).find("once");
      PolicyException thrown = assertThrows(PolicyException.class, policy::newInstance);
      assertTrue(
          String.valueOf(thrown.getMessage())
              .startsWith("policy once of " + jar + " cannot be made: only one"),
          thrown.getMessage());
    }
  }

  @Test
  void aClassLoaderThatCannotBeSearchedEndsTheSearch() {
    ClassLoader treacherous =
        new ClassLoader(getClass().getClassLoader()) {
          @Override
          public Enumeration<URL> getResources(String name) throws IOException {
            throw new IOException("disk on fire");
          }
        };
    PolicyRegistry split = Registries.of(treacherous);
    assertEquals(
        List.of("class path: cannot be searched: disk on fire"),
        split.failures().stream()
            .map(LoadFailure::toString)
            .map(PolicyRegistryTest::head)
            .toList());
    PolicyRegistry whole = Registries.of(List.of(PolicySource.of("odd.jar", treacherous)));
    assertEquals(1, whole.failures().size(), () -> whole.failures().toString());
    assertEquals("odd.jar", whole.failures().get(0).location());
  }

  private static String head(String text) {
    int place = text.indexOf(" (at");
    return place < 0 ? text : text.substring(0, place);
  }

  @Test
  void aPolicyOfTwoSourcesCountsOnce() throws IOException {
    try (URLClassLoader loader = TestJar.over(healthyJar)) {
      PolicyRegistry registry =
          Registries.of(List.of(PolicySource.of("one", loader), PolicySource.of("two", loader)));
      assertInstanceOf(DiscoveredPolicy.class, registry.find("healthy"));
    }
  }

  @Test
  void theClassPathIsSearched() {
    PolicyRegistry registry = PolicyRegistry.onClassPath();
    assertEquals(List.of(), registry.failures());
  }
}
