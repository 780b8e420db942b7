package io.eplb.core.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Jars that are large, damaged, signed or in odd places are named as what they are. */
class HostileJarTest {
  @TempDir private Path folder = Path.of("");

  private String reason(Path path) {
    try (PolicyRegistry registry =
        PolicyRegistry.open(List.of(new PolicyFolder(path, "--policy-path")))) {
      List<LoadFailure> failures = registry.failures();
      assertEquals(1, failures.size(), failures::toString);
      assertTrue(failures.get(0).toString().length() < 1_000, failures.get(0)::toString);
      return failures.get(0).reason();
    }
  }

  private void assertNamed(String expected) {
    String reason = reason(folder);
    assertTrue(reason.contains(expected), reason);
  }

  @Test
  void aManifestWithMillionsOfAttributesIsNotRead() throws IOException {
    Path jar = folder.resolve("large.jar");
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(jar))) {
      out.putNextEntry(new ZipEntry(JarFile.MANIFEST_NAME));
      out.write("Manifest-Version: 1.0\n".getBytes(StandardCharsets.UTF_8));
      StringBuilder attributes = new StringBuilder();
      for (int index = 0; index < 3_000_000; index++) {
        attributes.append('A').append(index).append(": b\n");
      }
      out.write(attributes.toString().getBytes(StandardCharsets.UTF_8));
      out.putNextEntry(new ZipEntry(ServiceFile.NAME));
    }
    assertNamed("its META-INF/MANIFEST.MF has ");
  }

  @Test
  void aServiceFileOfMegabytesIsNotRead() throws IOException {
    new TestJar(folder).provides("a".repeat(5_000_000)).build("long.jar");
    assertNamed("its META-INF/services/io.eplb.api.EplbPolicy has 5000001 bytes");
  }

  @Test
  void aClassNameThatIsLongIsCutInMessages() throws IOException {
    new TestJar(folder).provides("plugin." + "a".repeat(100_000)).build("long.jar");
    assertNamed("its service file names this class, but the class is absent");
  }

  @Test
  void aByteOrderMarkInAServiceFileIsNamed() throws IOException {
    new TestJar(folder)
        .policy("Marked", "\"marked\"", "")
        .withoutServiceFile()
        .entry(ServiceFile.NAME, "\uFEFFplugin.Marked\n".getBytes(StandardCharsets.UTF_8))
        .build("marked.jar");
    assertNamed("its service file begins with a byte order mark");
  }

  @Test
  void aFolderWhoseNameEndsInAnExclamationMarkIsNamed() throws IOException {
    Path odd = Files.createDirectory(folder.resolve("plugins!"));
    new TestJar(odd).policy("Healthy", "\"healthy\"", "").build("healthy.jar");
    String reason = reason(odd);
    assertTrue(reason.contains("has a name that ends in '!'"), reason);
  }

  @Test
  void aJarThatIsOverwrittenInPlaceIsNamed() throws IOException {
    Path jar =
        new TestJar(folder)
            .source(
                "Helper",
                "package plugin; public class Helper { public static String name() { return \"changed\"; } }")
            .policy("Changed", "Helper.name()", "")
            .build("changed.jar");
    try (PolicyRegistry registry =
        PolicyRegistry.open(List.of(new PolicyFolder(folder, "--policy-path")))) {
      Files.write(jar, new byte[100], StandardOpenOption.TRUNCATE_EXISTING);
      List<LoadFailure> failures = registry.failures();
      assertEquals(1, failures.size(), failures::toString);
      assertTrue(
          failures.get(0).reason().startsWith("its jar was overwritten after it was found: "),
          failures::toString);
    }
  }

  @Test
  void aSignatureThatDoesNotFitIsNamed() throws Exception {
    Path jar = new TestJar(folder).policy("Signed", "\"signed\"", "").build("signed.jar");
    Path keys = folder.resolve("keys");
    run(
        "keytool",
        "-genkeypair",
        "-alias",
        "us",
        "-keyalg",
        "EC",
        "-dname",
        "CN=us",
        "-keystore",
        keys.toString(),
        "-storepass",
        "secret");
    run("jarsigner", "-keystore", keys.toString(), "-storepass", "secret", jar.toString(), "us");
    try (PolicyRegistry registry =
        PolicyRegistry.open(List.of(new PolicyFolder(folder, "--policy-path")))) {
      assertEquals("signed", registry.find("signed").name());
    }
    byte[] other =
        new TestJar(folder).policy("Signed", "\"other\"", "").classes().get("plugin/Signed.class");
    Path forged = folder.resolve("forged.jar");
    try (JarFile signed = new JarFile(jar.toFile(), false);
        ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(forged))) {
      for (var entry : Collections.list(signed.entries())) {
        out.putNextEntry(new ZipEntry(entry.getName()));
        out.write(
            entry.getName().equals("plugin/Signed.class")
                ? other
                : signed.getInputStream(entry).readAllBytes());
      }
    }
    Files.delete(jar);
    assertNamed("its signature is broken, so it was changed after it was signed: ");
  }

  private static void run(String tool, String... arguments) throws Exception {
    Path program = Path.of(System.getProperty("java.home"), "bin", tool);
    assumeTrue(Files.isExecutable(program), "this Java has no " + tool);
    List<String> command = new ArrayList<>(List.of(program.toString()));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), said);
  }
}
