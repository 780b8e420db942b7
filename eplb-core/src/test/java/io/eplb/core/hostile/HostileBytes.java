package io.eplb.core.hostile;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/** A damaged input that is in memory and has no name, such as a message. */
public final class HostileBytes implements HostileRun.Input {
  private final byte[] bytes;
  private final Reader reader;
  private final long mostMemory;

  /** Takes bytes and their reader. */
  public HostileBytes(byte[] bytes, Reader reader) {
    this(bytes, reader, HostileRun.mostMemory(bytes.length, ArchiveDamage.suits(bytes)));
  }

  /**
   * Takes bytes and their reader.
   *
   * @param mostMemory the bytes that the reader may allocate
   */
  public HostileBytes(byte[] bytes, Reader reader, long mostMemory) {
    this.bytes = bytes;
    this.reader = reader;
    this.mostMemory = mostMemory;
  }

  /** A reader of bytes that also checks what it has read. */
  @FunctionalInterface
  public interface Reader {
    /**
     * Reads.
     *
     * @return the message of the refusal; empty if the bytes were taken
     */
    String read(byte[] bytes) throws Exception;
  }

  /** Returns one of several samples with one damage or several. */
  public static byte[] damaged(List<byte[]> samples, Random random) {
    return Damage.several(samples.get(random.nextInt(samples.size())), samples, random);
  }

  @Override
  public long size() {
    return bytes.length;
  }

  @Override
  public long mostMemory() {
    return mostMemory;
  }

  @Override
  public void write(Path folder) throws IOException {
    Sample.clear(folder);
    Files.write(folder.resolve("bytes"), bytes);
  }

  @Override
  public String read() throws Exception {
    return reader.read(bytes);
  }

  @Override
  public String named() {
    return "";
  }
}
