package io.eplb.cli.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Results that cannot be written. */
class ProcessStreamsTest {
  private static final File FULL = new File("/dev/full");

  @TempDir Path folder = Path.of(".");

  @Test
  void onlyAPipeOrASocketHasAReader() throws Exception {
    Path pipe = folder.resolve("pipe");
    assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
    assertTrue(ProcessStreams.hasReader(pipe));
    assertTrue(ProcessStreams.hasReader(Files.createSymbolicLink(folder.resolve("link"), pipe)));
    assertFalse(ProcessStreams.hasReader(Files.createFile(folder.resolve("file"))));
    assertFalse(ProcessStreams.hasReader(folder));
    assertFalse(ProcessStreams.hasReader(folder.resolve("missing")));
    assertFalse(ProcessStreams.hasReader(Path.of("/dev/null")));
  }

  @Test
  void aReaderThatWentAwayIsNoFault() throws Exception {
    Path err = folder.resolve("err.txt");
    Process process = program().redirectError(err.toFile()).start();
    process.getInputStream().close();
    assertEquals(0, process.waitFor(), () -> read(err));
    assertEquals("", read(err));
  }

  @Test
  void aFullDiskIsNamed() throws Exception {
    assumeTrue(FULL.exists(), "this system has no " + FULL);
    Path err = folder.resolve("err.txt");
    Process process = program().redirectOutput(FULL).redirectError(err.toFile()).start();
    assertEquals(2, process.waitFor());
    assertTrue(
        read(err).startsWith("eplb: standard output: cannot be written in full: "), read(err));
    assertEquals(1, read(err).lines().count(), read(err));
  }

  private static ProcessBuilder program() {
    return new ProcessBuilder(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-cp",
        System.getProperty("java.class.path"),
        "io.eplb.cli.Eplb",
        "config",
        "show");
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException unreadable) {
      return String.valueOf(unreadable);
    }
  }
}
