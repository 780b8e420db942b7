package io.eplb.core.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.eplb.api.EplbPolicy;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A policy jar sees itself, the JDK, the API and SLF4J, and no other jar. */
class JarIsolationTest {
  private static final String VISIBLE =
      """
      private static String visible(String type) {
        try {
          Class.forName(type);
          return "visible";
        } catch (ClassNotFoundException absent) {
          return "hidden";
        }
      }
      """;

  @TempDir private Path folder = Path.of("");

  private TestJar jar() {
    return new TestJar(folder);
  }

  private PolicyRegistry open() {
    return PolicyRegistry.open(List.of(new PolicyFolder(folder, "--policy-path")));
  }

  /** Expects the name that the policy makes up from the classes that it sees. */
  private void assertNamed(String name) {
    try (PolicyRegistry registry = open()) {
      assertEquals(List.of(), registry.failures());
      assertEquals(name, registry.find(name).newInstance().name());
    }
  }

  @Test
  void twoJarsWithClashingVersionsOfALibraryBothWork() throws IOException {
    jar()
        .source(
            "Lists",
            "package library; public class Lists { public static String old() { return \"old\"; } }")
        .policy("First", "\"with-\" + library.Lists.old()", "")
        .build("first.jar");
    jar()
        .source(
            "Lists",
            "package library; public class Lists { public static String fresh(int n) { return"
                + " \"fresh\" + n; } }")
        .policy("Second", "\"with-\" + library.Lists.fresh(33)", "")
        .build("second.jar");
    try (PolicyRegistry registry = open()) {
      assertEquals(List.of(), registry.failures());
      EplbPolicy first = registry.find("with-old").newInstance();
      EplbPolicy second = registry.find("with-fresh33").newInstance();
      assertNotSame(first.getClass().getClassLoader(), second.getClass().getClassLoader());
    }
  }

  @Test
  void aJarsOwnGuavaIsUsedAndNotThisPrograms() throws IOException {
    jar()
        .source(
            "ImmutableList",
            "package com.google.common.collect; public class ImmutableList { public static String"
                + " era() { return \"ancient\"; } }")
        .policy("Guava", "\"guava-\" + com.google.common.collect.ImmutableList.era()", "")
        .build("guava.jar");
    assertNamed("guava-ancient");
  }

  @Test
  void twoJarsMayHoldClassesOfTheSameName() throws IOException {
    jar().policy("Same", "\"one\"", "").build("one.jar");
    jar().policy("Same", "\"two\"", "").build("two.jar");
    assertNamed("one");
    assertNamed("two");
  }

  @ParameterizedTest
  @CsvSource({
    "io.eplb.core.registry.PolicyRegistry, hidden",
    "com.google.common.collect.ImmutableList, hidden",
    "com.fasterxml.jackson.core.JsonFactory, hidden",
    "ch.qos.logback.classic.Logger, hidden",
    "io.eplb.api.kit.Crew, hidden",
    "org.slf4j.LoggerFactory, visible",
    "org.slf4j.spi.SLF4JServiceProvider, visible",
    "io.eplb.api.contract.PlacementRules, visible",
    "io.eplb.api.dispatch.LayerDispatch, visible",
    "java.sql.Connection, visible",
    "jdk.net.ExtendedSocketOptions, visible"
  })
  void aJarSeesTheApiTheJdkAndSlf4jAlone(String type, String expected) throws IOException {
    jar().policy("Looking", "visible(\"" + type + "\")", VISIBLE).build("looking.jar");
    assertNamed(expected);
  }

  @Test
  void aJarThatBringsItsOwnCopyOfTheApiUsesTheSharedOne() throws IOException {
    jar().policy("Fat", "\"fat\"", "").withACopyOfTheApi().build("fat.jar");
    assertNamed("fat");
  }

  @Test
  void aClassThatOnlyTheJarsCopyOfTheApiHasIsHidden() throws IOException {
    jar()
        .source("Extra", "package io.eplb.api; public class Extra {}")
        .policy("Fat", "visible(\"io.eplb.api.Extra\")", VISIBLE)
        .build("fat.jar");
    assertNamed("hidden");
  }

  @Test
  void theContextClassLoaderIsTheJarsWhileItsCodeRunsAndIsPutBack() throws IOException {
    jar()
        .policy(
            "Context",
            "seen + own()",
            """
            private final String seen = own();
            private static String own() {
              return Thread.currentThread().getContextClassLoader()
                      == Context.class.getClassLoader()
                  ? "own"
                  : "foreign";
            }
            """)
        .build("context.jar");
    ClassLoader before = Thread.currentThread().getContextClassLoader();
    try (PolicyRegistry registry = open()) {
      // Made during discovery, on a thread of its own, and here by the caller.
      EplbPolicy made = registry.find("ownown").newInstance();
      assertEquals("ownforeign", made.name());
      assertSame(before, Thread.currentThread().getContextClassLoader());
    }
  }

  @Test
  void aMultiReleaseJarGivesItsClassesForThisJava() throws IOException {
    String source =
        "package plugin; public class Era { public static String of() { return \"%s\"; } }";
    byte[] newer =
        jar().source("Era", source.formatted("newer")).classes().values().iterator().next();
    jar()
        .source("Era", source.formatted("older"))
        .policy("Release", "Era.of()", "")
        .attribute("Multi-Release", "true")
        .entry("META-INF/versions/17/plugin/Era.class", newer)
        .build("release.jar");
    assertNamed("newer");
  }

  @Test
  void theLibrariesThatAManifestNamesBelongToTheJar() throws IOException {
    Path libraries = Files.createDirectory(folder.resolve("lib"));
    new TestJar(libraries)
        .source("Lists", "package library; public class Lists {}")
        .policy("Inner", "\"inner\"", "")
        .build("library.jar");
    jar()
        .policy("Outer", "visible(\"library.Lists\")", VISIBLE)
        .attribute("Class-Path", "lib/library.jar")
        .build("outer.jar");
    try (PolicyRegistry registry = open()) {
      assertEquals(List.of(), registry.failures());
      assertEquals("visible", registry.find("visible").name());
      // A library that is a policy jar itself provides nothing here.
      assertEquals(0, registry.policies().stream().filter(p -> p.name().equals("inner")).count());
    }
  }

  @Test
  void aJarReadsItsOwnResources() throws IOException {
    jar()
        .policy(
            "Resource",
            "read()",
            """
            private static String read() {
              try (java.io.InputStream in = Resource.class.getResource("word.txt").openStream()) {
                return new String(in.readAllBytes());
              } catch (java.io.IOException failed) {
                throw new java.io.UncheckedIOException(failed);
              }
            }
            """)
        .entry("plugin/word.txt", "word".getBytes(StandardCharsets.UTF_8))
        .build("a jar with spaces #1 100%.jar");
    assertNamed("word");
  }

  @Test
  void aClassInNoPackageIsAPolicyToo() throws IOException {
    jar()
        .source(
            "Bare",
            """
            import io.eplb.api.*;
            public class Bare implements EplbPolicy {
              public String name() { return "bare"; }
              public Rebalance rebalanceExperts(
                  ExpertTable table, ExpertWorkload workload, PolicyContext context) {
                return Rebalance.unchanged(table);
              }
            }
            """)
        .provides("Bare")
        .build("bare.jar");
    assertNamed("bare");
  }
}
