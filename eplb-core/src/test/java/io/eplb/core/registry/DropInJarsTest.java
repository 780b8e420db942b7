package io.eplb.core.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.eplb.api.InvalidInputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Jars in policy folders: the broken ones are named, and the others work. */
class DropInJarsTest {
  private static final String HEALTHY = "healthy.jar";
  private static final String BROKEN = "broken.jar";

  @TempDir private static Path shared = Path.of("");
  private static Path healthyJar = Path.of("");

  @TempDir private Path folder = Path.of("");

  @BeforeAll
  static void buildAHealthyJar() throws IOException {
    healthyJar =
        new TestJar(shared).policy("Healthy", "\"healthy\"", "").version("1.2.3").build(HEALTHY);
  }

  private TestJar jar() {
    return new TestJar(folder);
  }

  private static PolicyRegistry open(Path... folders) {
    return PolicyRegistry.open(
        Arrays.stream(folders).map(path -> new PolicyFolder(path, "--policy-path")).toList());
  }

  /** Expects one failure for the broken jar, and the healthy one beside it to be found. */
  private void assertBroken(String reason) throws IOException {
    Files.copy(healthyJar, folder.resolve(HEALTHY));
    Path broken = folder.resolve(BROKEN);
    try (PolicyRegistry registry = open(folder)) {
      assertEquals("healthy", registry.find("healthy").newInstance().name());
      List<LoadFailure> failures = registry.failures();
      assertEquals(1, failures.size(), failures::toString);
      assertEquals(broken.toString(), failures.get(0).location());
      String found = failures.get(0).reason();
      assertTrue(found.contains(reason), found);
      assertFalse(found.contains("Exception"), found);
    }
  }

  @Test
  void aJarInAFolderIsFoundBesideTheClassPath() throws IOException {
    Path jar = Files.copy(healthyJar, folder.resolve(HEALTHY));
    try (PolicyRegistry registry = open(folder);
        PolicyRegistry alone = PolicyRegistry.onClassPath()) {
      DiscoveredPolicy healthy = registry.find("healthy");
      assertEquals("1.2.3", healthy.version());
      assertEquals(jar.toString(), healthy.location());
      assertEquals(alone.policies().size() + 1, registry.policies().size());
      assertEquals(List.of(), registry.failures());
    }
  }

  @Test
  void aFileWithoutTheNameOfAJarIsSkipped() throws IOException {
    Files.writeString(folder.resolve("README.txt"), "policies live here");
    Files.copy(healthyJar, folder.resolve("healthy.jar.tmp"));
    Files.copy(healthyJar, Files.createDirectory(folder.resolve("old")).resolve(HEALTHY));
    try (PolicyRegistry registry = open(folder)) {
      assertEquals(List.of(), registry.failures());
      assertThrows(InvalidInputException.class, () -> registry.find("healthy"));
    }
  }

  @Test
  void aJarWithoutAServiceFileIsNamed() throws IOException {
    jar().policy("Broken", "\"broken\"", "").withoutServiceFile().build(BROKEN);
    assertBroken("there is no policy inside: it has no META-INF/services/io.eplb.api.EplbPolicy");
  }

  @Test
  void aModuleThatProvidesPoliciesWithoutAServiceFileIsNamedAndToldWhy() throws IOException {
    jar()
        .policy("Broken", "\"broken\"", "")
        .source(
            "module-info",
            "module plugin { requires io.eplb.api; provides io.eplb.api.EplbPolicy with"
                + " plugin.Broken; }")
        .withoutServiceFile()
        .build(BROKEN);
    assertBroken("what its module provides is not looked at in a policy folder");
  }

  @Test
  void aLibraryThatIsADamagedModuleIsNamed() throws IOException {
    jar().entry("module-info.class", new byte[8]).withoutServiceFile().build(BROKEN);
    assertBroken("there is no policy inside");
  }

  @Test
  void aServiceFileThatNamesNothingIsNamed() throws IOException {
    jar().provides("# plugin.Later").build(BROKEN);
    assertBroken("there is no policy inside: its service file names no class");
  }

  @Test
  void aServiceFileThatNamesAClassOfTheJdkIsNamed() throws IOException {
    jar().provides("# the policy").provides("java.util.ArrayList # as a trial").build(BROKEN);
    assertBroken(
        "its service file names java.util.ArrayList, which is no policy and no class of this jar");
  }

  @Test
  void aServiceFileThatNamesAClassThatIsNoPolicyIsNamed() throws IOException {
    jar()
        .source("Plain", "package plugin; public class Plain {}")
        .provides("plugin.Plain")
        .build(BROKEN);
    assertBroken("its service file names this class, but it is no policy: it does not implement");
  }

  @Test
  void aServiceFileThatNamesAnInterfaceIsNamed() throws IOException {
    jar()
        .source("Kind", "package plugin; public interface Kind extends io.eplb.api.EplbPolicy {}")
        .provides("plugin.Kind")
        .build(BROKEN);
    assertBroken("it is an interface, or has no public constructor without arguments");
  }

  @Test
  void aServiceFileThatNamesAnAbsentClassIsNamed() throws IOException {
    jar().provides("plugin.Absent").build(BROKEN);
    assertBroken("its service file names this class, but the class is absent");
  }

  @Test
  void aServiceFileThatNamesAClassOfThisProgramIsNamed() throws IOException {
    jar().provides("io.eplb.core.registry.PolicyRegistry").build(BROKEN);
    assertBroken("its service file names this class, but the class is absent");
  }

  @Test
  void aClassCompiledForANewerJavaIsNamed() throws IOException {
    jar().policy("Broken", "\"broken\"", "").forNewerJava().build(BROKEN);
    assertBroken("it was compiled for a newer Java: plugin/Broken");
  }

  @Test
  void aMissingSuperclassIsNamed() throws IOException {
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
        .provides("plugin.Broken")
        .without("Base")
        .build(BROKEN);
    assertBroken("the class plugin.Base that it needs is missing");
  }

  @Test
  void anotherVersionOfTheApiIsNamed() throws IOException {
    jar().policy("Broken", "\"broken\"", "").attribute("EPLB-Api-Version", "2").build(BROKEN);
    assertBroken(
        "it was built for version 2.0 of the policy API; this runtime has version 1.2, and takes 1.0");
  }

  @Test
  void aVersionOfTheApiThatIsNoNumberIsNamed() throws IOException {
    jar().policy("Broken", "\"broken\"", "").attribute("EPLB-Api-Version", "1.x").build(BROKEN);
    assertBroken("its manifest states EPLB-Api-Version '1.x'; a version such as 1.2 is");
  }

  @Test
  void aNewerMinorVersionOfTheApiIsNamed() throws IOException {
    jar().policy("Broken", "\"broken\"", "").attribute("EPLB-Api-Version", "1.3").build(BROKEN);
    assertBroken("it was built for version 1.3 of the policy API; this runtime has version 1.2");
  }

  @Test
  void thisVersionOfTheApiIsAccepted() throws IOException {
    jar().policy("Stated", "\"stated\"", "").attribute("EPLB-Api-Version", "1").build("a.jar");
    try (PolicyRegistry registry = open(folder)) {
      assertEquals("stated", registry.find("stated").name());
    }
  }

  @Test
  void anotherVersionOfTheApiIsNamedOnTheClassPathToo() throws IOException {
    Path jar = jar().policy("B", "\"broken\"", "").attribute("EPLB-Api-Version", "7").build(BROKEN);
    try (java.net.URLClassLoader loader = TestJar.over(jar, healthyJar);
        PolicyRegistry registry = Registries.of(loader)) {
      assertEquals("healthy", registry.find("healthy").name());
      assertTrue(
          registry.failures().toString().contains("version 7.0 of the policy API"),
          () -> registry.failures().toString());
    }
  }

  @Test
  void aFileThatIsNoZipIsNamed() throws IOException {
    Files.writeString(folder.resolve(BROKEN), "<html>404 Not Found</html>");
    assertBroken("it is not a jar, or a damaged one");
  }

  @Test
  void anEmptyFileIsNamed() throws IOException {
    Files.createFile(folder.resolve(BROKEN));
    assertBroken("it is not a jar, or a damaged one: zip file is empty");
  }

  @Test
  void aJarCutShortIsNamed() throws IOException {
    byte[] whole = Files.readAllBytes(healthyJar);
    Files.write(folder.resolve(BROKEN), Arrays.copyOf(whole, whole.length / 2));
    assertBroken("it is not a jar, or a damaged one");
  }

  @Test
  void aDamagedClassInsideIsNamed() throws IOException {
    jar()
        .provides("plugin.Garbage")
        .entry("plugin/Garbage.class", "not a class".getBytes(StandardCharsets.UTF_8))
        .build(BROKEN);
    assertBroken("its classes cannot be linked");
  }

  @Test
  void aMalformedManifestIsNamed() throws IOException {
    Path jar = jar().policy("Broken", "\"broken\"", "").build(BROKEN);
    try (java.nio.file.FileSystem zip = java.nio.file.FileSystems.newFileSystem(jar)) {
      Files.writeString(
          zip.getPath("META-INF", "MANIFEST.MF"), "Manifest-Version\nno colon here\n");
    }
    assertBroken("its manifest is malformed: ");
  }

  @Test
  void aFolderNamedLikeAJarIsNamed() throws IOException {
    Files.createDirectory(folder.resolve(BROKEN));
    assertBroken("it is a folder, not a jar");
  }

  @Test
  void aSymbolicLinkLoopIsNamed() throws IOException {
    Path other = Files.createSymbolicLink(folder.resolve("loop"), folder.resolve(BROKEN));
    Files.createSymbolicLink(folder.resolve(BROKEN), other);
    assertBroken("it is a symbolic link that leads in circles");
  }

  @Test
  void aSymbolicLinkToNothingIsNamed() throws IOException {
    Files.createSymbolicLink(folder.resolve(BROKEN), folder.resolve("gone"));
    assertBroken("it is a symbolic link to a file that does not exist");
  }

  @Test
  void anUnreadableJarIsNamed() throws IOException {
    Path jar = Files.copy(healthyJar, folder.resolve(BROKEN));
    Files.setPosixFilePermissions(jar, PosixFilePermissions.fromString("---------"));
    assumeFalse(Files.isReadable(jar), "this user may read everything");
    assertBroken("it cannot be read; its permissions forbid that");
  }

  @Test
  void aPipeNamedLikeAJarIsNamedAndNotWaitedFor() throws Exception {
    Path pipe = folder.resolve(BROKEN);
    assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
    assertBroken("it is not a regular file");
  }

  @Test
  void aConstructorThatNeverReturnsIsNamedAndLeftBehind() throws IOException {
    String over = "eplb.test.over." + folder.getFileName();
    jar()
        .policy(
            "Stuck",
            "\"stuck\"",
            "public Stuck() { while (!Boolean.getBoolean(\"" + over + "\")) Thread.onSpinWait(); }")
        .build(BROKEN);
    Files.copy(healthyJar, folder.resolve(HEALTHY));
    try (PolicyRegistry registry =
        PolicyRegistry.open(
            List.of(new PolicyFolder(folder, "--policy-path")), null, Duration.ofMillis(500))) {
      assertTrue(
          registry
              .failures()
              .toString()
              .contains(
                  "it did not return from its constructor, its name, its options or its traits within"),
          () -> registry.failures().toString());
    } finally {
      System.setProperty(over, "true");
    }
  }

  @Test
  void twoJarsWithOnePolicyNameAreNamedTogether() throws IOException {
    Path first = jar().policy("First", "\"twice\"", "").build("first.jar");
    Path second = jar().policy("Second", "\"twice\"", "").build("second.jar");
    try (PolicyRegistry registry = open(folder)) {
      assertEquals(
          "the name twice is taken by 2 policies: plugin.First in "
              + first
              + " and plugin.Second in "
              + second
              + "; remove all jars but one",
          assertThrows(InvalidInputException.class, () -> registry.find("twice")).getMessage());
    }
  }

  @Test
  void aPolicyNamedAsOneOfTheClassPathIsNamedTogetherWithIt() throws IOException {
    String taken;
    try (PolicyRegistry alone = PolicyRegistry.onClassPath()) {
      taken = alone.policies().get(0).name();
    }
    Path jar = jar().policy("Mine", '"' + taken + '"', "").build("mine.jar");
    try (PolicyRegistry registry = open(folder)) {
      String message =
          String.valueOf(
              assertThrows(InvalidInputException.class, () -> registry.find(taken)).getMessage());
      assertTrue(message.startsWith("the name " + taken + " is taken by 2 policies: "), message);
      assertTrue(message.contains("plugin.Mine in " + jar), message);
      assertTrue(message.contains("io.eplb.policies."), message);
    }
  }

  @Test
  void aJarMetAgainThroughALinkOrAnotherFolderCountsOnce() throws IOException {
    Path jar = Files.copy(healthyJar, folder.resolve(HEALTHY));
    Files.createSymbolicLink(folder.resolve("latest.jar"), jar);
    Path link = Files.createSymbolicLink(shared.resolve("link-to-folder"), folder);
    try (PolicyRegistry registry = open(folder, link, folder)) {
      assertEquals(jar.toString(), registry.find("healthy").location());
      assertEquals(List.of(), registry.failures());
    } finally {
      Files.delete(link);
    }
  }

  @Test
  void failuresAreListedByFolderThenByName() throws IOException {
    Path other = Files.createDirectory(folder.resolve("other"));
    for (String name : List.of("c.jar", "a.jar", "B.JAR")) {
      Files.createFile(folder.resolve(name));
      Files.createFile(other.resolve(name));
    }
    try (PolicyRegistry registry = open(other, folder)) {
      assertEquals(
          List.of(
              other.resolve("B.JAR"),
              other.resolve("a.jar"),
              other.resolve("c.jar"),
              folder.resolve("B.JAR"),
              folder.resolve("a.jar"),
              folder.resolve("c.jar")),
          registry.failures().stream().map(failure -> Path.of(failure.location())).toList());
    }
  }

  @Test
  void anUnknownNameListsTheJarsThatFailed() throws IOException {
    Path broken = Files.createFile(folder.resolve(BROKEN));
    try (PolicyRegistry registry = open(folder)) {
      String message =
          String.valueOf(
              assertThrows(InvalidInputException.class, () -> registry.find("broken"))
                  .getMessage());
      assertTrue(message.contains("; failed to load: " + broken + ": it is not a jar"), message);
    }
  }

  @Test
  void anExceptionWhoseMessageNeverComesIsLeftBehind() throws IOException {
    String over = "eplb.test.over." + folder.getFileName();
    jar()
        .policy(
            "Stuck",
            "\"stuck\"",
            "static class Endless extends RuntimeException { public String getMessage() { while"
                + " (!Boolean.getBoolean(\""
                + over
                + "\")) Thread.onSpinWait(); return null; } } public Stuck() { throw new Endless(); }")
        .build(BROKEN);
    try (PolicyRegistry registry =
        PolicyRegistry.open(
            List.of(new PolicyFolder(folder, "--policy-path")), null, Duration.ofMillis(500))) {
      assertTrue(
          registry.failures().toString().contains("plugin.Stuck: it did not return"),
          () -> registry.failures().toString());
    } finally {
      System.setProperty(over, "true");
    }
  }
}
