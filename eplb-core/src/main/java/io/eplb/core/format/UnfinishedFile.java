package io.eplb.core.format;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;

/**
 * A temporary file beside an output, which takes the output's place when it is complete.
 *
 * <p>It is removed when writing fails and when the process ends in order. A killed process leaves
 * it behind, and the next output in that folder removes it. A locked file has a living owner: a
 * lock always ends with its process, and unlike a process number it means the same in all
 * containers. The locked byte lies far behind the content, so that readers are not kept out.
 */
final class UnfinishedFile implements Closeable {
  private static final Pattern NAME = Pattern.compile("\\.eplb-[0-9a-f]{16}\\.tmp");
  private static final long LOCKED_BYTE = Long.MAX_VALUE - 1;

  /**
   * The unfinished files of this process by name. They must not be opened again: closing them would
   * end their lock.
   */
  private static final Map<String, Path> OWN = new ConcurrentHashMap<>();

  static {
    try {
      Runtime.getRuntime()
          .addShutdownHook(new Thread(UnfinishedFile::deleteOwn, "eplb-unfinished-files"));
    } catch (IllegalStateException endingAlready) {
      // The process is ending; a writer that is still active removes its own file.
    }
  }

  private final String name;
  private final Path target;
  private final Path path;
  private final FileChannel channel;

  private UnfinishedFile(String name, Path target) throws IOException {
    this.name = name;
    this.target = target;
    this.path = target.resolveSibling(name);
    OWN.put(name, path);
    try {
      // Created as any new file is, with the permissions that the user's mask leaves.
      channel = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    } catch (IOException | RuntimeException failed) {
      OWN.remove(name);
      throw failed;
    }
  }

  /** Creates a temporary file for an output, and removes those of killed processes. */
  static UnfinishedFile beside(Path target) throws IOException {
    UnfinishedFile file = create(target);
    while (!file.claimed()) {
      file.close();
      file = create(target);
    }
    file.removeAbandoned();
    return file;
  }

  private static UnfinishedFile create(Path target) throws IOException {
    long random = ThreadLocalRandom.current().nextLong();
    return new UnfinishedFile(".eplb-%016x.tmp".formatted(random), target);
  }

  /** Returns false if another process has taken the file for abandoned before it was locked. */
  private boolean claimed() {
    try {
      return channel.tryLock(LOCKED_BYTE, 1, false) != null
          && Files.exists(path, LinkOption.NOFOLLOW_LINKS);
    } catch (IOException noLocks) {
      return true; // This file system has no locks, so no process removes an unlocked file here.
    }
  }

  private void removeAbandoned() {
    try (DirectoryStream<Path> found =
        Files.newDirectoryStream(path.resolveSibling(""), ".eplb-*.tmp")) {
      for (Path other : found) {
        removeIfAbandoned(other);
      }
    } catch (IOException | DirectoryIteratorException unreadable) {
      // Abandoned files stay; the output is written all the same.
    }
  }

  private void removeIfAbandoned(Path other) {
    String otherName = String.valueOf(other.getFileName());
    try {
      if (OWN.containsKey(otherName)
          || !NAME.matcher(otherName).matches()
          || !Files.isRegularFile(other, LinkOption.NOFOLLOW_LINKS)
          || !Files.getOwner(other, LinkOption.NOFOLLOW_LINKS).equals(Files.getOwner(path))) {
        return;
      }
      try (FileChannel opened =
              FileChannel.open(other, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
          FileLock lock = opened.tryLock(LOCKED_BYTE, 1, false)) {
        if (lock != null) {
          Files.deleteIfExists(other);
        }
      }
    } catch (IOException | OverlappingFileLockException | UnsupportedOperationException notOurs) {
      // The file is gone already, or its owner cannot be found: it stays.
    }
  }

  /** Returns the stream to write to; not buffered. */
  OutputStream content() {
    return Channels.newOutputStream(channel);
  }

  /**
   * Puts the content in the output's place; it is on the disk before it gets the name.
   *
   * @param replacing whether an existing file may be replaced; its permissions are kept
   * @throws FileAlreadyExistsException if a file exists that may not be replaced
   */
  void complete(boolean replacing) throws IOException {
    channel.force(true);
    if (replacing) {
      keepPermissions();
      Files.move(path, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } else {
      moveToNewName();
    }
    forceFolder();
  }

  /**
   * Gives the file its name. Renaming would replace silently; a hard link fails if the name has
   * been taken meanwhile.
   */
  private void moveToNewName() throws IOException {
    try {
      Files.createLink(target, path);
    } catch (FileAlreadyExistsException exception) {
      throw exception;
    } catch (IOException | UnsupportedOperationException noHardLinks) {
      if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
        throw new FileAlreadyExistsException(target.toString());
      }
      Files.move(path, target, StandardCopyOption.ATOMIC_MOVE);
    }
  }

  private void keepPermissions() throws IOException {
    PosixFileAttributeView view = Files.getFileAttributeView(target, PosixFileAttributeView.class);
    if (view != null && Files.exists(target)) {
      Files.setPosixFilePermissions(path, view.readAttributes().permissions());
    }
  }

  /** Makes the new name durable where the system can; the content is durable already. */
  private void forceFolder() {
    try (FileChannel folder = FileChannel.open(path.resolveSibling(""), StandardOpenOption.READ)) {
      folder.force(true);
    } catch (IOException notPossibleHere) {
      // Some systems cannot open a folder; the file is complete without this.
    }
  }

  /** Ends the writing and removes the temporary file if it has not become the output. */
  @Override
  public void close() throws IOException {
    try (channel) {
      Files.deleteIfExists(path);
    } finally {
      OWN.remove(name);
    }
  }

  private static void deleteOwn() {
    for (Path file : OWN.values()) {
      try {
        Files.deleteIfExists(file);
      } catch (IOException gone) {
        // The process is ending, so the failure cannot be reported.
      }
    }
  }
}
