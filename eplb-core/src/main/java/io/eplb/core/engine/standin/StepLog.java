package io.eplb.core.engine.standin;

import io.eplb.api.InvalidInputException;
import io.eplb.core.format.FileFailure;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The log of one start of an engine: the version of each step that has begun. Every step is one
 * write, so that a killed engine leaves all steps but perhaps a part of the last. Big-endian words
 * of 8 bytes:
 *
 * <pre>
 *   magic, rank, number of the start of this rank from 0 on, first step, its version
 *   then per step: step, version
 * </pre>
 */
final class StepLog implements AutoCloseable {
  /** "EPLBSTEP". */
  static final long MAGIC = 0x45504C4253544550L;

  /** Not a channel, which would be closed if its thread is interrupted. */
  private final FileOutputStream file;

  private StepLog(FileOutputStream file) {
    this.file = file;
  }

  /** Returns the file of a start of a rank. */
  static Path file(Path folder, int rank, int start) {
    return folder.resolve("steps-%d.%d".formatted(rank, start));
  }

  /**
   * Creates the log of a rank's next start. A rank has one engine at a time.
   *
   * @throws InvalidInputException if it cannot be written
   */
  static StepLog create(Path folder, int rank, long firstStep, long version) {
    int start = 0;
    while (Files.exists(file(folder, rank, start))) {
      start++;
    }
    Path file = file(folder, rank, start);
    try {
      Files.createDirectories(folder);
      StepLog log = new StepLog(new FileOutputStream(Files.createFile(file).toFile()));
      log.write(MAGIC, rank, start, firstStep, version);
      return log;
    } catch (IOException failed) {
      throw new InvalidInputException(
          file + " cannot be written: " + FileFailure.reason(failed), failed);
    }
  }

  /**
   * Adds a step that has begun.
   *
   * @throws InvalidInputException if it cannot be written
   */
  void add(long number, long version) {
    try {
      write(number, version);
    } catch (IOException failed) {
      throw new InvalidInputException(
          "the log of steps cannot be written: " + FileFailure.reason(failed), failed);
    }
  }

  private void write(long... words) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(words.length * Long.BYTES);
    for (long word : words) {
      bytes.putLong(word);
    }
    file.write(bytes.array());
  }

  @Override
  public void close() {
    try {
      file.close();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
