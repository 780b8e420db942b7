package io.eplb.core.lock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.InvalidInputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessLockTest {
  @TempDir Path folder;

  @Test
  void aLockHasOneOwnerUntilItEnds() {
    Path file = folder.resolve("new").resolve("engine-3.lock");
    ProcessLock first = ProcessLock.take(file, "the engine of rank 3");
    assertTrue(ProcessLock.isHeld(file));
    assertEquals(
        "the engine of rank 3 is running already and holds " + file + "; end it first",
        assertThrows(
                InvalidInputException.class, () -> ProcessLock.take(file, "the engine of rank 3"))
            .getMessage());
    first.close();
    assertFalse(ProcessLock.isHeld(file));
    ProcessLock.take(file, "the engine of rank 3").close();
  }

  @Test
  void whoAsksOrIsRefusedInTheOwnersProcessLeavesTheLockToOtherProcesses() throws Exception {
    Path file = folder.resolve("engine-3.lock");
    ProcessLock lock = ProcessLock.take(file, "the engine of rank 3");
    assertTrue(isHeldInTheEyesOfAnotherProcess(file));
    assertTrue(ProcessLock.isHeld(file));
    assertTrue(isHeldInTheEyesOfAnotherProcess(file));
    Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
    Path sameFile = elsewhere.resolve("..").resolve("engine-3.lock");
    assertThrows(
        InvalidInputException.class, () -> ProcessLock.take(sameFile, "the engine of rank 3"));
    assertTrue(isHeldInTheEyesOfAnotherProcess(file));
    lock.close();
    assertFalse(isHeldInTheEyesOfAnotherProcess(file));
  }

  @Test
  void aLockThatIsClosedTwiceDoesNotEndTheNextOne() throws Exception {
    Path file = folder.resolve("engine-3.lock");
    ProcessLock first = ProcessLock.take(file, "the engine of rank 3");
    first.close();
    ProcessLock second = ProcessLock.take(file, "the engine of rank 3");
    first.close();
    assertThrows(InvalidInputException.class, () -> ProcessLock.take(file, "the engine of rank 3"));
    assertTrue(isHeldInTheEyesOfAnotherProcess(file));
    second.close();
  }

  /** Asks whether a lock is held, in a process of its own. */
  static final class Question {
    private Question() {}

    @SuppressWarnings("SystemOut") // The test reads it.
    public static void main(String[] arguments) {
      System.out.println(ProcessLock.isHeld(Path.of(arguments[0])));
    }
  }

  private static boolean isHeldInTheEyesOfAnotherProcess(Path file)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-cp",
                System.getProperty("java.class.path"),
                Question.class.getName(),
                file.toString())
            .redirectErrorStream(true)
            .start();
    String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    assertTrue(printed.matches("(true|false)\\R"), printed);
    return printed.startsWith("true");
  }

  @Test
  void aFileThatCannotBeLockedIsNamed() {
    assertThrows(InvalidInputException.class, () -> ProcessLock.take(folder, "the engine"));
    assertThrows(InvalidInputException.class, () -> ProcessLock.isHeld(folder));
  }
}
