package io.eplb.core.format;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.eplb.api.InvalidInputException;
import io.eplb.core.context.AllocatedBytes;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

class InputSourceTest {
  private static final InputStream NOTHING = InputStream.nullInputStream();

  @TempDir private Path folder;

  @Test
  void aFileIsReadAsOftenAsAskedFor() throws IOException {
    Path file = Files.writeString(folder.resolve("x.JSON"), "[1]");
    InputSource source = Refusal.file(file);
    assertEquals(3, source.size());
    assertEquals("[", source.read(input -> Character.toString(input.read())));
    assertArrayEquals(new byte[] {'[', '1', ']'}, source.bytes());
    assertEquals("[", source.read(input -> Character.toString(input.read())));
    assertEquals("json", source.extension());
    assertEquals(Optional.of(file), source.path());
  }

  @Test
  void aTextIsFoundWhereverItStands() throws IOException {
    InputSource source = Refusal.file(Files.writeString(folder.resolve("x"), "aab\u00fc{\"key\"}"));
    for (String text : List.of("aab", "ab", "\"key\"", "}")) {
      assertTrue(source.mentions(text), text);
    }
    for (String text : List.of("b{", "\"keys\"", "}}", "aaab")) {
      assertFalse(source.mentions(text), text);
    }
  }

  @Test
  void manyQuestionsToAFileTakeNoMemory() throws ReflectiveOperationException {
    byte[] bytes = new byte[1 << 20];
    InputSource source = InputSource.of("large", bytes);
    assertFalse(source.mentions("key"));
    long before = AllocatedBytes.ofThisThread();
    for (int question = 0; question < 10; question++) {
      assertFalse(source.mentions("key"));
    }
    long allocated = AllocatedBytes.ofThisThread() - before;
    assertTrue(allocated < bytes.length, () -> allocated + " bytes for ten questions");
  }

  @Test
  void aDashIsTheStandardInputAndIsReadOnce() {
    byte[] bytes = "a,b".getBytes(StandardCharsets.US_ASCII);
    InputSource source = InputSource.of("-", new ByteArrayInputStream(bytes));
    assertEquals(3, source.size());
    assertArrayEquals(bytes, source.bytes());
    assertEquals("standard input", source.name());
    assertEquals("", source.extension());
    assertTrue(source.path().isEmpty());
    assertFalse(source.isFolder());
  }

  @Test
  void anEmptyStandardInputIsNamed() {
    InputSource source = InputSource.of("-", NOTHING);
    InvalidInputException exception = assertThrows(InvalidInputException.class, source::size);
    assertEquals("standard input: is empty; expected data", exception.getMessage());
  }

  @Test
  void aFailingStandardInputIsNamed() {
    InputStream failing =
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new IOException("connection reset\nby peer");
          }

          @Override
          public int read(byte[] bytes, int offset, int length) throws IOException {
            return read();
          }
        };
    InputSource source = InputSource.of("-", failing);
    InvalidInputException exception = assertThrows(InvalidInputException.class, source::bytes);
    assertEquals(
        "standard input: cannot be read: connection reset by peer", exception.getMessage());
  }

  @Test
  void aMissingFileIsNamed() {
    Refusal.of(
        folder.resolve("absent.json"),
        InputSource::bytes,
        "cannot be read: no such file or folder");
  }

  @Test
  void aPathThroughAFileIsNamed() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "x");
    Path through = file.resolve("x.json");
    Refusal.of(
        through, InputSource::bytes, "cannot be read: " + systemsWords(() -> Files.size(through)));
  }

  @Test
  void aFolderInPlaceOfAFileIsNamed() {
    Refusal.of(folder, InputSource::bytes, "is a folder; expected a file");
  }

  @Test
  void anEmptyFileIsNamed() throws IOException {
    Refusal.of(folder.resolve("x.json"), "", InputSource::bytes, "is empty; expected data");
  }

  @Test
  void anUnreadableFileIsNamed() throws IOException {
    Path file = Files.writeString(folder.resolve("x.json"), "[[1]]");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("---------"));
    assumeFalse(Files.isReadable(file), "a privileged user reads everything");
    Refusal.of(file, InputSource::bytes, "cannot be read: permission denied");
  }

  @Test
  void aFileWhoseReadingFailsIsNamed() {
    Path memory = Path.of("/proc/self/mem");
    assumeTrue(Files.exists(memory), "only Linux has it");
    Refusal.of(
        memory,
        InputSource::bytes,
        "cannot be read: " + systemsWords(() -> Files.readAllBytes(memory)));
  }

  /** Says why something fails; that depends on the locale and on the version of Java. */
  private static String systemsWords(Executable failing) {
    return FileFailure.reason(assertThrows(IOException.class, failing));
  }

  @Test
  void aFileThatHidesItsSizeIsReadAllTheSame() {
    Path kernel = Path.of("/proc/self/status");
    assumeTrue(Files.exists(kernel), "only Linux has it");
    assertTrue(Refusal.file(kernel).size() > 0);
  }

  @Test
  void aLineBreakInANameStaysOnOneLine() {
    InputSource source = InputSource.of("a\nb.json", NOTHING);
    InvalidInputException exception = assertThrows(InvalidInputException.class, source::bytes);
    assertEquals("a b.json: cannot be read: no such file or folder", exception.getMessage());
  }

  @Test
  void aBlankNameIsRefused() {
    InvalidInputException exception =
        assertThrows(InvalidInputException.class, () -> InputSource.of(" ", NOTHING));
    assertEquals("the name of a file is blank; give a path, or -", exception.getMessage());
  }

  @Test
  void aNameThatCannotBeAPathIsRefused() {
    InvalidInputException exception =
        assertThrows(InvalidInputException.class, () -> InputSource.of("a\0b", NOTHING));
    assertEquals("\"a?b\" is not a path: Nul character not allowed", exception.getMessage());
  }

  @Test
  void anArrayOfAnArchiveIsNamedAfterAHash() {
    InputSource source = InputSource.of(folder + "/x.npz#load", NOTHING);
    assertEquals(Optional.of("load"), source.fragment());
    assertEquals(Optional.of(folder.resolve("x.npz")), source.path());
    assertEquals("npz", source.extension());
    assertEquals(Optional.of("load"), InputSource.of("-#load", NOTHING).fragment());
  }

  @Test
  void aFileMayHaveAHashInItsName() throws IOException {
    Path file = Files.writeString(folder.resolve("x.npz#1"), "data");
    assertEquals(Optional.of(file), Refusal.file(file).path());
    assertEquals(
        Optional.of(folder.resolve("run#3.json")),
        Refusal.file(folder.resolve("run#3.json")).path());
  }

  @Test
  void contentIsToldFromTheFirstBytes() {
    assertEquals(Content.NUMPY, content("\u0093NUMPY\1\0"));
    assertEquals(Content.ZIP, content("PK\3\4"));
    assertEquals(Content.GZIP, content("\u001f\u008b"));
    assertEquals(Content.JSON, content(" \r\n\t{}"));
    assertEquals(Content.JSON, content("\u00ef\u00bb\u00bf[1]"));
    assertEquals(Content.TEXT, content("1,2\n"));
    assertEquals(Content.TEXT, content("   "));
    assertEquals(Content.BINARY, content("[\0"));
  }

  private static Content content(String latin1) {
    return InputSource.of("x", latin1.getBytes(StandardCharsets.ISO_8859_1)).content();
  }
}
