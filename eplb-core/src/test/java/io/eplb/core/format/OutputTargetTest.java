package io.eplb.core.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.eplb.api.InvalidInputException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputTargetTest {
  private static final OutputTarget.Writing HELLO = output -> output.write(bytes("hello"));

  @TempDir private Path folder;

  @Test
  void aNewFileIsWrittenAndNothingElse() throws IOException {
    target("out.json", false).write(HELLO);
    assertEquals("hello", Files.readString(folder.resolve("out.json")));
    assertFiles("out.json");
  }

  @Test
  void aNewFileHasThePermissionsOfAnyNewFile() throws IOException {
    Path other = Files.createFile(folder.resolve("other"));
    target("out.json", false).write(HELLO);
    assertEquals(
        Files.getPosixFilePermissions(other),
        Files.getPosixFilePermissions(folder.resolve("out.json")));
  }

  @Test
  void aLargeOutputIsWrittenWhole() throws IOException {
    byte[] chunk = new byte[100_000];
    target("out.bin", false)
        .write(
            output -> {
              for (int i = 0; i < 30; i++) {
                output.write(chunk);
              }
            });
    assertEquals(3_000_000, Files.size(folder.resolve("out.bin")));
  }

  @Test
  void aFileOfAnInputFolderIsNotReplaced() throws IOException {
    Path input = Files.createDirectory(folder.resolve("statistics"));
    Path file = Files.writeString(input.resolve("meta_info.json"), "old");
    Path link = Files.createSymbolicLink(folder.resolve("link.json"), file);
    for (Path output : List.of(file, link)) {
      assertEquals(
          output + ": is in the input " + input + "; write to another folder",
          assertThrows(
                  InvalidInputException.class,
                  () ->
                      OutputTarget.of(
                          output.toString(), System.out, true, List.of(InputSource.of(input))))
              .getMessage());
    }
    assertEquals("old", Files.readString(file));
  }

  @Test
  void twoOutputsMayNotBeOneFile() throws IOException {
    Path link = Files.createSymbolicLink(folder.resolve("link"), folder);
    OutputTarget target = target("out.json", false);
    target.requireOther(target("other.json", false));
    target.requireOther(OutputTarget.of("-", System.out, false, List.of()));
    for (String same : List.of("out.json", "./out.json", link.getFileName() + "/out.json")) {
      OutputTarget twin = target(same, false);
      assertEquals(
          twin.name() + ": is named for two outputs; write to another file",
          assertThrows(InvalidInputException.class, () -> twin.requireOther(target)).getMessage());
    }
    OutputTarget stream = OutputTarget.of("-", System.out, false, List.of());
    assertThrows(
        InvalidInputException.class,
        () -> stream.requireOther(OutputTarget.of("-", System.out, false, List.of())));
  }

  @Test
  void anExistingFileIsRefusedWithoutForce() throws IOException {
    Files.writeString(folder.resolve("out.json"), "old");
    assertRefused("out.json", false, "exists already; --force replaces it");
    assertEquals("old", Files.readString(folder.resolve("out.json")));
  }

  @Test
  void aFileThatAppearsMeanwhileIsNotReplacedWithoutForce() throws IOException {
    OutputTarget target = target("out.json", false);
    Files.writeString(folder.resolve("out.json"), "faster");
    InvalidInputException exception =
        assertThrows(InvalidInputException.class, () -> target.write(HELLO));
    assertEquals(
        folder.resolve("out.json") + ": exists already; --force replaces it",
        exception.getMessage());
    assertEquals("faster", Files.readString(folder.resolve("out.json")));
    assertFiles("out.json");
  }

  @Test
  void forceReplacesAnExistingFileAndKeepsItsPermissions() throws IOException {
    Path file = Files.writeString(folder.resolve("out.json"), "old");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-r--"));
    target("out.json", true).write(HELLO);
    assertEquals("hello", Files.readString(file));
    assertEquals("rw-rw-r--", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    assertFiles("out.json");
  }

  @Test
  void aFolderIsRefused() throws IOException {
    Files.createDirectory(folder.resolve("maps"));
    assertRefused("maps", true, "is a folder; expected a file to write");
    assertRefused("new/", true, "is a folder; expected a file to write");
  }

  @Test
  void aMissingFolderIsNamed() {
    assertRefused(
        "absent/out.json", false, "cannot be written: its folder does not exist; create it first");
  }

  @Test
  void aFolderWithoutPermissionIsNamed() throws IOException {
    Path closed = Files.createDirectory(folder.resolve("closed"));
    Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("r-xr-xr-x"));
    assumeFalse(Files.isWritable(closed), "a privileged user writes everywhere");
    assertRefused(
        "closed/out.json", false, "cannot be written: its folder does not permit new files");
  }

  @Test
  void anInputIsNeverReplacedUnderWhateverName() throws IOException {
    Path input = Files.writeString(folder.resolve("in.json"), "input");
    Files.createSymbolicLink(folder.resolve("symbolic.json"), input);
    Files.createLink(folder.resolve("hard.json"), input);
    Files.createDirectory(folder.resolve("sub"));
    for (String name : List.of("in.json", "sub/../in.json", "symbolic.json", "hard.json")) {
      for (boolean force : new boolean[] {false, true}) {
        assertRefused(name, force, "is the input " + input + "; write to another file");
      }
    }
    assertEquals("input", Files.readString(input));
  }

  @Test
  void anInputThatIsALinkToTheOutputIsNotReplaced() throws IOException {
    Path file = Files.writeString(folder.resolve("real.json"), "input");
    Path link = Files.createSymbolicLink(folder.resolve("in.json"), file);
    InvalidInputException exception =
        assertThrows(
            InvalidInputException.class,
            () ->
                OutputTarget.of(
                    file.toString(),
                    new ByteArrayOutputStream(),
                    true,
                    List.of(Refusal.file(link))));
    assertEquals(
        file + ": is the input " + link + "; write to another file", exception.getMessage());
  }

  @Test
  void forceFollowsASymbolicLinkAndKeepsIt() throws IOException {
    Path file = Files.writeString(folder.resolve("real.json"), "old");
    Path link = Files.createSymbolicLink(folder.resolve("link.json"), file);
    assertRefused("link.json", false, "exists already; --force replaces it");
    target("link.json", true).write(HELLO);
    assertTrue(Files.isSymbolicLink(link));
    assertEquals("hello", Files.readString(file));
    assertFiles("link.json", "real.json");
  }

  @Test
  void aSymbolicLinkToNowhereIsRefused() throws IOException {
    Files.createSymbolicLink(folder.resolve("link.json"), folder.resolve("absent"));
    assertRefused("link.json", false, "exists already; --force replaces it");
    assertRefused("link.json", true, "is a symbolic link to nowhere; remove it first");
  }

  @Test
  void aFullDiskLeavesNothingBehindAndTheOldFileUntouched() throws IOException {
    Files.writeString(folder.resolve("old.json"), "old");
    for (String name : List.of("old.json", "new.json")) {
      OutputTarget target = target(name, true);
      InvalidInputException exception =
          assertThrows(
              InvalidInputException.class,
              () ->
                  target.write(
                      output -> {
                        output.write(new byte[100_000]);
                        throw new IOException("No space left on device");
                      }));
      assertEquals(
          folder.resolve(name) + ": cannot be written: No space left on device",
          exception.getMessage());
    }
    assertEquals("old", Files.readString(folder.resolve("old.json")));
    assertFiles("old.json");
  }

  @Test
  void aWriterThatGivesUpLeavesNothingBehind() throws IOException {
    InvalidInputException refusal = new InvalidInputException("layer 0 cannot be held");
    OutputTarget target = target("out.json", false);
    InvalidInputException thrown =
        assertThrows(
            InvalidInputException.class,
            () ->
                target.write(
                    output -> {
                      output.write(bytes("partial"));
                      throw refusal;
                    }));
    assertSame(refusal, thrown);
    assertFiles();
  }

  @Test
  void aDeviceIsWrittenToAndNeverReplaced() {
    Path device = Path.of("/dev/null");
    assumeTrue(Files.exists(device), "only Unix has it");
    OutputTarget.of(device.toString(), new ByteArrayOutputStream(), true, List.of()).write(HELLO);
    assertFalse(Files.isRegularFile(device));
  }

  @Test
  void aFullDeviceIsNamed() {
    Path device = Path.of("/dev/full");
    assumeTrue(Files.exists(device), "only Linux has it");
    OutputTarget target =
        OutputTarget.of(device.toString(), new ByteArrayOutputStream(), true, List.of());
    InvalidInputException exception =
        assertThrows(InvalidInputException.class, () -> target.write(HELLO));
    // In the system's words, which depend on the locale.
    IOException full = assertThrows(IOException.class, () -> Files.write(device, bytes("hello")));
    assertEquals(
        "/dev/full: cannot be written: " + FileFailure.reason(full), exception.getMessage());
  }

  @Test
  void aDashIsTheStandardOutputWhichStaysOpen() {
    ByteArrayOutputStream standardOutput = new ByteArrayOutputStream();
    OutputTarget target = OutputTarget.of("-", standardOutput, false, List.of());
    assertTrue(target.isStandardOutput());
    target.write(HELLO);
    target.write(HELLO);
    assertEquals("hellohello", standardOutput.toString(StandardCharsets.US_ASCII));
  }

  @Test
  void aClosedStandardOutputIsNamedThoughItsStreamSwallowsErrors() {
    OutputStream closed =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("Broken pipe");
          }
        };
    OutputTarget target =
        OutputTarget.of(
            "-", new PrintStream(closed, true, StandardCharsets.UTF_8), false, List.of());
    InvalidInputException exception =
        assertThrows(InvalidInputException.class, () -> target.write(HELLO));
    assertEquals(
        "standard output: cannot be written: the output was closed", exception.getMessage());
  }

  @Test
  void whatAKilledProcessLeavesBehindGoesWithTheNextOutputAndNotBefore() throws Exception {
    Process writing =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                HangingWriter.class.getName(),
                folder.resolve("theirs.json").toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      assertEquals('w', writing.getInputStream().read(), "the other process writes");
      target("ours.json", false).write(HELLO);
      assertEquals(1, temporaries().size(), "the other process lives");
    } finally {
      writing.destroyForcibly().waitFor();
    }
    assertEquals(1, temporaries().size());
    target("ours.json", true).write(HELLO);
    assertFiles("ours.json");
  }

  /** Writes half an output, says so, and hangs. */
  static final class HangingWriter {
    private HangingWriter() {}

    @SuppressWarnings("SystemOut") // The test waits for it.
    public static void main(String[] arguments) {
      OutputTarget.of(arguments[0], System.out, false, List.of())
          .write(
              output -> {
                output.write(bytes("half"));
                output.flush();
                System.out.write('w');
                System.out.flush();
                while (true) {
                  LockSupport.park();
                }
              });
    }
  }

  @Test
  void outputsThatOneProcessWritesAtTheSameTimeLeaveEachOtherAlone() throws IOException {
    target("outer.json", false)
        .write(
            output -> {
              output.write(bytes("out"));
              target("inner.json", false).write(HELLO);
              // A third one, since to look at a file may already end its lock.
              target("third.json", false).write(HELLO);
              assertEquals(1, temporaries().size());
              output.write(bytes("er"));
            });
    assertEquals("outer", Files.readString(folder.resolve("outer.json")));
    assertFiles("inner.json", "outer.json", "third.json");
  }

  @Test
  void filesThatOnlyLookAlikeStay() throws IOException {
    Path precious = Files.writeString(folder.resolve("precious"), "precious");
    Files.writeString(folder.resolve(".eplb-notes.tmp"), "notes");
    Files.writeString(folder.resolve(".eplb-0123456789ABCDEF.tmp"), "capitals");
    Files.createDirectory(folder.resolve(".eplb-0123456789abcdef.tmp"));
    Files.createSymbolicLink(folder.resolve(".eplb-fedcba9876543210.tmp"), precious);
    target("out.json", false).write(HELLO);
    assertFiles(
        ".eplb-0123456789ABCDEF.tmp",
        ".eplb-0123456789abcdef.tmp",
        ".eplb-fedcba9876543210.tmp",
        ".eplb-notes.tmp",
        "out.json",
        "precious");
    assertEquals("precious", Files.readString(precious));
  }

  private List<Path> temporaries() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.getFileName().toString().startsWith(".eplb-")).toList();
    }
  }

  private OutputTarget target(String name, boolean force) {
    return OutputTarget.of(folder + "/" + name, new ByteArrayOutputStream(), force, List.of());
  }

  private void assertRefused(String name, boolean force, String expected) {
    Path input = folder.resolve("in.json");
    InvalidInputException exception =
        assertThrows(
            InvalidInputException.class,
            () ->
                OutputTarget.of(
                    folder + "/" + name,
                    new ByteArrayOutputStream(),
                    force,
                    List.of(Refusal.file(input))));
    assertEquals(folder + "/" + name + ": " + expected, exception.getMessage());
  }

  private void assertFiles(String... names) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(
          List.of(names), files.map(file -> file.getFileName().toString()).sorted().toList());
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
