package io.eplb.server.state;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.InvalidInputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A folder on the disk of this machine. */
class StateFolderTest {
  private static final String GROUP = "default";

  @TempDir private Path temporary;

  @Test
  void contentAndRecordsAreFoundAgain() throws IOException {
    try (StateFolder folder = StateFolder.open(temporary.resolve("new/state"))) {
      assertTrue(folder.durable());
      assertEquals(Optional.empty(), folder.read(GROUP, "model"));
      assertEquals(List.of(), folder.groups());
      folder.replace(GROUP, "model", bytes("first"));
      folder.replace(GROUP, "model", bytes("second"));
      folder.journal("other", "rounds").append(bytes("a"));
      folder.journal("other", "rounds").append(bytes(""));
    }
    try (StateFolder folder = StateFolder.open(temporary.resolve("new/state"))) {
      assertEquals(List.of("default", "other"), folder.groups());
      assertArrayEquals(bytes("second"), folder.read(GROUP, "model").orElseThrow());
      assertEquals(List.of("a", ""), texts(folder.journal("other", "rounds")));
      folder.journal("other", "rounds").rewrite(List.of(bytes("b")));
      folder.journal("other", "rounds").append(bytes("c"));
      assertEquals(List.of("b", "c"), texts(folder.journal("other", "rounds")));
    }
  }

  @Test
  void aFolderIsUsedByOneServiceAtATime() {
    StateFolder first = StateFolder.open(temporary);
    InvalidInputException refusal =
        assertThrows(InvalidInputException.class, () -> StateFolder.open(temporary));
    assertEquals(
        "the state folder %s is in use by another service; give each one its own"
            .formatted(temporary),
        refusal.getMessage());
    first.close();
    first.close();
    StateFolder.open(temporary).close();
  }

  @Test
  void aFileInPlaceOfTheFolderIsRefused() throws IOException {
    Path file = Files.createFile(temporary.resolve("file"));
    String message =
        String.valueOf(
            assertThrows(InvalidInputException.class, () -> StateFolder.open(file)).getMessage());

    assertEquals(
        "cannot keep state in %s: a file of that name exists; give a folder that this user can write to"
            .formatted(file),
        message);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", ".", "..", "../x", "a/b", "/etc", ".hidden", "a\\b", "a b", "a\0b", "ä"})
  void aNameThatIsNoneIsRefused(String name) {
    try (StateFolder folder = StateFolder.open(temporary)) {
      assertThrows(InvalidInputException.class, () -> folder.read(name, "model"));
      assertThrows(InvalidInputException.class, () -> folder.replace(GROUP, name, new byte[0]));
      assertThrows(InvalidInputException.class, () -> folder.journal(name, "rounds"));
    }
  }

  @Test
  void aJournalThatWasCutAnywhereKeepsItsCompleteRecords() throws IOException {
    Path file = temporary.resolve("groups/default/rounds");
    List<Long> ends = new ArrayList<>();
    try (StateFolder folder = StateFolder.open(temporary)) {
      for (String record : List.of("first", "second", "third")) {
        folder.journal(GROUP, "rounds").append(bytes(record));
        ends.add(Files.size(file));
      }
    }
    byte[] whole = Files.readAllBytes(file);
    for (int length = ends.get(0).intValue() - 13; length <= whole.length; length++) {
      Files.write(file, Arrays.copyOf(whole, length));
      int complete = (int) ends.stream().filter(atMost(length)).count();
      try (StateFolder folder = StateFolder.open(temporary)) {
        List<String> kept = List.of("first", "second", "third").subList(0, complete);
        assertEquals(kept, texts(folder.journal(GROUP, "rounds")), "cut at " + length);
        folder.journal(GROUP, "rounds").append(bytes("next"));
        List<String> longer = new ArrayList<>(kept);
        longer.add("next");
        assertEquals(longer, texts(folder.journal(GROUP, "rounds")));
      }
    }
    assertEquals(List.of("rounds"), names(temporary.resolve("groups/default")));
  }

  private static Predicate<Long> atMost(long length) {
    return end -> end <= length;
  }

  @Test
  void aJournalThatIsDamagedInTheMiddleIsKeptAsideAndReadUpToThere() throws IOException {
    Path file = temporary.resolve("groups/default/rounds");
    try (StateFolder folder = StateFolder.open(temporary)) {
      folder.journal(GROUP, "rounds").append(bytes("first"));
      folder.journal(GROUP, "rounds").append(bytes("second"));
      folder.journal(GROUP, "rounds").append(bytes("third"));
    }
    byte[] damaged = Files.readAllBytes(file);
    damaged[damaged.length - 8 - 5 - 1] ^= 1; // The last byte of the second record.
    Files.write(file, damaged);
    try (StateFolder folder = StateFolder.open(temporary)) {
      assertEquals(List.of("first"), texts(folder.journal(GROUP, "rounds")));
    }
    assertArrayEquals(damaged, Files.readAllBytes(file.resolveSibling("rounds.unreadable-1")));
  }

  @Test
  void aFileThatIsNoJournalIsSetAside() throws IOException {
    Path file = temporary.resolve("groups/default/rounds");
    Files.createDirectories(file.getParent());
    for (int time = 1; time <= 2; time++) {
      Files.writeString(file, "something else " + time);
      try (StateFolder folder = StateFolder.open(temporary)) {
        assertEquals(List.of(), texts(folder.journal(GROUP, "rounds")));
        folder.journal(GROUP, "rounds").append(bytes("next"));
      }
    }
    assertEquals("something else 2", Files.readString(file.resolveSibling("rounds.unreadable-2")));
    try (StateFolder folder = StateFolder.open(temporary)) {
      Journal before = folder.journal(GROUP, "rounds");
      assertSame(before, folder.journal(GROUP, "rounds"));
      folder.setAside(GROUP, "rounds", "a test says so");
      assertEquals(List.of(), texts(folder.journal(GROUP, "rounds")));
    }
  }

  @Test
  void aClosedFolderTakesNothing() throws IOException {
    StateFolder folder = StateFolder.open(temporary);
    Journal journal = folder.journal(GROUP, "rounds");
    journal.append(bytes("first"));
    folder.close();

    assertThrows(IOException.class, () -> folder.read(GROUP, "model"));
    assertThrows(IOException.class, () -> folder.replace(GROUP, "model", new byte[0]));
    assertThrows(IOException.class, () -> journal.append(bytes("second")));
    assertThrows(IOException.class, folder::groups);
  }

  @Test
  void aFailureNamesTheFileAndTheNextAttemptCreatesTheFolderAgain() throws IOException {
    try (StateFolder folder = StateFolder.open(temporary)) {
      folder.replace(GROUP, "model", bytes("first"));
      Path groups = temporary.resolve("groups");
      Files.delete(groups.resolve("default/model"));
      Files.delete(groups.resolve("default"));
      IOException failure =
          assertThrows(IOException.class, () -> folder.replace(GROUP, "model", bytes("second")));
      assertEquals(
          "cannot write %s: no such file or folder".formatted(groups.resolve("default/model")),
          failure.getMessage());
      folder.replace(GROUP, "model", bytes("third"));
      assertArrayEquals(bytes("third"), folder.read(GROUP, "model").orElseThrow());
    }
  }

  @Test
  void anInterruptedThreadWritesToTheEndAndStaysInterrupted() throws IOException {
    try (StateFolder folder = StateFolder.open(temporary)) {
      Thread.currentThread().interrupt();
      folder.replace(GROUP, "model", bytes("content"));
      folder.journal(GROUP, "rounds").append(bytes("record"));
      assertArrayEquals(bytes("content"), folder.read(GROUP, "model").orElseThrow());
      assertTrue(Thread.interrupted());
      assertEquals(List.of("record"), texts(folder.journal(GROUP, "rounds")));
    }
  }

  @Test
  void manyThreadsMayWriteAtOnce() throws IOException {
    try (StateFolder folder = StateFolder.open(temporary)) {
      List<CompletableFuture<Void>> writers = new ArrayList<>();
      for (int writer = 0; writer < 16; writer++) {
        String text = "text of " + writer;
        writers.add(
            CompletableFuture.runAsync(
                () -> {
                  try {
                    folder.replace(GROUP, "model", bytes(text.repeat(100)));
                    folder.journal(GROUP, "rounds").append(bytes(text));
                  } catch (IOException failed) {
                    throw new IllegalStateException(failed);
                  }
                }));
      }
      writers.forEach(CompletableFuture::join);
      String content =
          new String(folder.read(GROUP, "model").orElseThrow(), StandardCharsets.UTF_8);
      assertTrue(content.matches("(text of \\d+)\\1{99}"), content);
      assertEquals(16, texts(folder.journal(GROUP, "rounds")).stream().distinct().count());
    }
  }

  @Test
  void noFolderTakesEverythingAndHoldsNothing() throws IOException {
    try (StateFolder none = StateFolder.none()) {
      assertFalse(none.durable());
      none.replace(GROUP, "model", bytes("content"));
      none.journal(GROUP, "rounds").append(bytes("record"));
      assertEquals(Optional.empty(), none.read(GROUP, "model"));
      assertEquals(List.of(), texts(none.journal(GROUP, "rounds")));
      assertEquals(List.of(), none.groups());
      assertThrows(InvalidInputException.class, () -> none.read("..", "model"));
    }
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> String.valueOf(file.getFileName())).sorted().toList();
    }
  }

  private static List<String> texts(Journal journal) throws IOException {
    return journal.records().stream()
        .map(record -> new String(record, StandardCharsets.UTF_8))
        .toList();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
