package io.eplb.api.kit.selftest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.EplbPolicy;
import io.eplb.api.kit.architecture.PolicyJarContract;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ResourceLock("suspect")
class PolicyJarContractSelfTest {
  private static Class<? extends EplbPolicy> suspect = SoundPolicy.class;

  @TempDir Path folder = Path.of("");

  static class SuspectContract extends PolicyJarContract {
    SuspectContract() {
      super(suspect);
    }
  }

  private static KitVerdict verdictOn(Class<? extends EplbPolicy> policy) {
    suspect = policy;
    return KitVerdict.of(SuspectContract.class);
  }

  /** Makes the source of a policy with further members, declared as said. */
  private static String source(String declaration, String members) {
    return """
        package acme;
        import io.eplb.api.*;
        %s implements EplbPolicy {
          %s
          public String name() { return "acme"; }
          public Rebalance rebalanceExperts(
              ExpertTable table, ExpertWorkload workload, PolicyContext context) {
            return Rebalance.unchanged(table);
          }
        }
        """
        .formatted(declaration, members);
  }

  @Test
  void aSoundFolderPassesEveryTest() throws Exception {
    String source = source("public final class Policy", "enum Mode { A, B } int[] scratch;");
    KitVerdict verdict =
        verdictOn(
            CompiledJar.of(folder, source).listing("# ours", "acme.Policy # one").fromFolder());

    assertEquals(Map.of(), verdict.failures());
    assertEquals(11, verdict.passed());
  }

  @Test
  void aSoundJarPassesEveryTest() throws Exception {
    String source = source("public final class Policy", "static final int LIMIT = 3;");
    KitVerdict verdict = verdictOn(CompiledJar.of(folder, source).listing("acme.Policy").fromJar());

    assertEquals(Map.of(), verdict.failures());
  }

  @ParameterizedTest(name = "{0}: {1} with {2}")
  @CsvSource(
      delimiter = '|',
      value = {
        "dependsOnTheApiTheJdkAndSlf4jAlone|public final class Policy|"
            + "org.junit.jupiter.api.TestInfo info;",
        "policiesAreFinalWithAPublicConstructorWithoutArguments|public class Policy|int a;",
        "policiesAreFinalWithAPublicConstructorWithoutArguments|final class Policy|int a;",
        "policiesAreFinalWithAPublicConstructorWithoutArguments|public final class Policy|"
            + "private Policy() {}",
        "policiesAreFinalWithAPublicConstructorWithoutArguments|public final class Policy|"
            + "public Policy(int size) {}",
        "hasNoStaticStateThatCanChange|public final class Policy|static int calls;",
        "hasNoStaticStateThatCanChange|public final class Policy|"
            + "static final int[] ROW = new int[9];",
        "hasNoStaticStateThatCanChange|public final class Policy|"
            + "static final java.util.HashMap<String, String> SEEN = new java.util.HashMap<>();",
        "hasNoStaticStateThatCanChange|public final class Policy|static final"
            + " java.util.concurrent.atomic.AtomicLong CALLS = new"
            + " java.util.concurrent.atomic.AtomicLong();",
        "drawsNoRandomnessThatTheSeedDoesNotGive|public final class Policy|"
            + "final java.util.Random random = new java.util.Random();",
        "drawsNoRandomnessThatTheSeedDoesNotGive|public final class Policy|"
            + "double toss() { return Math.random(); }",
        "readsNoClock|public final class Policy|long time() { return System.nanoTime(); }",
        "readsNoClock|public final class Policy|Object time() { return java.time.Instant.now(); }",
        "readsNoClock|public final class Policy|"
            + "java.util.function.LongSupplier clock = System::currentTimeMillis;",
        "endsNoProcessAndStartsNone|public final class Policy|void end() { System.exit(0); }",
        "endsNoProcessAndStartsNone|public final class Policy|"
            + "void end() { Runtime.getRuntime().halt(0); }",
        "endsNoProcessAndStartsNone|public final class Policy|"
            + "Object start() { return new ProcessBuilder(); }",
        "reachesIntoNothingByReflection|public final class Policy|"
            + "void open(java.lang.reflect.Field field) { field.setAccessible(true); }",
        "opensNoFileAndNoSocket|public final class Policy|"
            + "Object open() throws Exception { return new java.net.Socket(); }",
        "opensNoFileAndNoSocket|public final class Policy|"
            + "void remove(java.nio.file.Path p) throws Exception { java.nio.file.Files.delete(p); }"
      })
  void aJarThatBreaksOneRuleFailsItsTestAndNoOther(String test, String declaration, String members)
      throws Exception {
    KitVerdict verdict =
        verdictOn(
            CompiledJar.of(folder, source(declaration, members))
                .listing("acme.Policy")
                .fromFolder());

    assertEquals(Set.of(test), verdict.failures().keySet());
  }

  @Test
  void aLibraryThatIsShadedInIsNotTheAuthors() throws Exception {
    String source = source("public final class Policy", "static final long SIZE = 3;");
    String library =
        """
        package acme.shaded;
        public class Library {
          public static final long SIZE = 3;
          public static int calls;
          static final java.util.Random RANDOM = new java.util.Random();
          javax.xml.namespace.QName name;
          org.junit.jupiter.api.TestInfo optional;
          void end() { System.exit(1); }
        }
        """;

    assertEquals(
        Map.of(),
        verdictOn(
                CompiledJar.of(folder, source)
                    .with("acme/shaded/Library.java", library)
                    .listing("acme.Policy")
                    .fromJar())
            .failures());
  }

  @Test
  void everyPackageThatTheJdkExportsIsAllowed() throws Exception {
    String source =
        source(
            "public final class Policy", "javax.xml.namespace.QName name; org.w3c.dom.Node node;");

    assertEquals(
        Map.of(),
        verdictOn(CompiledJar.of(folder, source).listing("acme.Policy").fromFolder()).failures());
  }

  @Test
  void aRandomThatIsSeededIsAllowed() throws Exception {
    String source =
        source(
            "public final class Policy",
            "java.util.Random made(long seed) { return new java.util.Random(seed); }");

    assertEquals(
        Map.of(),
        verdictOn(CompiledJar.of(folder, source).listing("acme.Policy").fromFolder()).failures());
  }

  @Test
  void aServiceFileThatIsMissingOrForgetsOrInventsAPolicyFails() throws Exception {
    Set<String> expected = Set.of("theServiceFileNamesExactlyThePolicies");
    String source =
        source("public final class Policy", "")
            + source("final class Second", "Second() {}").replaceAll("(?m)^(package|import).*", "");
    String oneOnly = source("public final class Policy", "");

    assertEquals(
        expected,
        verdictOn(CompiledJar.of(folder.resolve("a"), oneOnly).fromFolder()).failures().keySet());
    assertEquals(
        expected,
        verdictOn(
                CompiledJar.of(folder.resolve("b"), oneOnly)
                    .listing("acme.Policy", "acme.Absent")
                    .fromJar())
            .failures()
            .keySet());
    assertEquals(
        expected,
        verdictOn(
                CompiledJar.of(folder.resolve("c"), oneOnly)
                    .listing("acme.Policy", "acme.Policy")
                    .fromFolder())
            .failures()
            .keySet());
    assertEquals(
        new TreeSet<>(
            Set.of(
                "policiesAreFinalWithAPublicConstructorWithoutArguments",
                "theServiceFileNamesExactlyThePolicies")),
        verdictOn(CompiledJar.of(folder.resolve("d"), source).listing("acme.Policy").fromFolder())
            .failures()
            .keySet());
  }

  @Test
  void aModuleThatProvidesWhatTheServiceFileNamesPassesEveryTest() throws Exception {
    KitVerdict verdict =
        verdictOn(
            CompiledJar.of(folder, source("public final class Policy", ""))
                .listing("acme.Policy")
                .inModule("provides io.eplb.api.EplbPolicy with acme.Policy;")
                .fromJar());

    assertEquals(Map.of(), verdict.failures());
    assertEquals(11, verdict.passed());
  }

  @Test
  void aModuleThatForgetsAPolicyOfTheServiceFileFailsItsTestAndNoOther() throws Exception {
    for (boolean inJar : new boolean[] {true, false}) {
      CompiledJar forgetful =
          CompiledJar.of(folder.resolve("in" + inJar), source("public final class Policy", ""))
              .listing("acme.Policy")
              .inModule("exports acme;");
      KitVerdict verdict = verdictOn(inJar ? forgetful.fromJar() : forgetful.fromFolder());

      assertEquals(
          Set.of("theModuleProvidesExactlyWhatTheServiceFileNames"), verdict.failures().keySet());
      String message =
          String.valueOf(verdict.failures().get("theModuleProvidesExactlyWhatTheServiceFileNames"));
      assertTrue(message.contains("must provide io.eplb.api.EplbPolicy with every"), message);
    }
  }
}
