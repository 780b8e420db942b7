package io.eplb.core.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.eplb.api.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Policy folders are found by their paths, and a message about a wrong one has its path. */
class PolicyFolderTest {
  @TempDir private Path folder = Path.of("");

  private void assertRefused(String message, PolicyFolder... folders) {
    InvalidInputException refused =
        assertThrows(
            InvalidInputException.class, () -> PolicyRegistry.open(List.of(folders)).close());
    assertEquals(message, refused.getMessage());
  }

  @Test
  void aMissingFolderIsRefusedByName() {
    Path gone = folder.resolve("gone");
    assertRefused(
        "--policy-path: " + gone + " does not exist; name a folder of policy jars",
        new PolicyFolder(gone, "--policy-path"));
  }

  @Test
  void aFileInPlaceOfAFolderIsRefusedByName() throws IOException {
    Path file = Files.createFile(folder.resolve("file"));
    assertRefused(
        "--policy-path: " + file + " is not a folder; name a folder of policy jars",
        new PolicyFolder(file, "--policy-path"));
  }

  @Test
  void anUnreadableFolderIsRefusedByName() throws IOException {
    Path locked = Files.createDirectory(folder.resolve("locked"));
    Files.setPosixFilePermissions(locked, PosixFilePermissions.fromString("---------"));
    assumeFalse(Files.isReadable(locked), "this user may read everything");
    assertRefused(
        "--policy-path: "
            + locked
            + " cannot be read; its permissions have to allow listing it; name a folder of policy"
            + " jars",
        new PolicyFolder(locked, "--policy-path"));
  }

  @Test
  void aFolderThatIsALinkInCirclesIsRefusedByName() throws IOException {
    Path loop = folder.resolve("loop");
    Files.createSymbolicLink(loop, loop);
    InvalidInputException refused =
        assertThrows(
            InvalidInputException.class, () -> new PolicyFolder(loop, "--policy-path").jars());
    assertTrue(
        String.valueOf(refused.getMessage())
            .startsWith("--policy-path: " + loop + " cannot be reached"),
        refused.getMessage());
  }

  @Test
  void anEmptyPathIsRefused() {
    assertEquals(
        "--policy-path is empty; name a folder of policy jars",
        assertThrows(
                InvalidInputException.class, () -> new PolicyFolder(Path.of(""), "--policy-path"))
            .getMessage());
  }

  @Test
  void aVariableListsFoldersByTheSeparatorOfThePlatform() {
    String separator = java.io.File.pathSeparator;
    assertEquals(
        List.of(Path.of("one"), Path.of("two")),
        PolicyFolder.listed(separator + "one" + separator + separator + "two" + separator, "V")
            .stream()
            .map(PolicyFolder::path)
            .toList());
    assertEquals(List.of(), PolicyFolder.listed(null, "V"));
    assertEquals(List.of(), PolicyFolder.listed("", "V"));
  }

  @Test
  void aMissingFolderOfAVariableIsRefusedWithTheVariablesName() {
    Path gone = folder.resolve("gone");
    assertRefused(
        "EPLB_POLICY_PATH: " + gone + " does not exist; name a folder of policy jars",
        PolicyFolder.listed(gone.toString(), PolicyFolder.ENVIRONMENT_VARIABLE).get(0));
  }
}
