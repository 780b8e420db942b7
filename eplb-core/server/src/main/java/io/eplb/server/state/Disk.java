package io.eplb.server.state;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The operations on files that a state folder consists of. Tests put a disk here that fails, cuts
 * and forgets.
 */
interface Disk {
  /** Creates a folder and the missing ones above it. */
  void createFolder(Path folder) throws IOException;

  /** Locks a file until it is closed or the process ends; empty if another holds the lock. */
  Optional<Closeable> lock(Path file) throws IOException;

  /** Returns the names in a folder, in order; none if there is no such folder. */
  List<String> list(Path folder) throws IOException;

  /** Returns the content of a file; empty if there is none. */
  Optional<byte[]> read(Path file) throws IOException;

  /**
   * Writes bytes, and ends the file after them. A file that does not exist is created.
   *
   * @param at the position of the first byte, at most the size of the file
   */
  void write(Path file, long at, byte[] bytes) throws IOException;

  /** Waits until the content of a file, or the names in a folder, are on the disk. */
  void force(Path fileOrFolder) throws IOException;

  /** Gives a file another name in one step; a file of that name is replaced. */
  void move(Path from, Path to) throws IOException;

  /** Removes a file if it exists. */
  void delete(Path file) throws IOException;
}
