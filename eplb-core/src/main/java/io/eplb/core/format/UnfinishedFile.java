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
 * <p>It goes when writing fails, and when the process is told to end. A process that is killed
 * leaves it behind; the next output in that folder removes it. The owner is alive if the file is
 * locked: a lock ends with its process, whatever ends that, and unlike a process's number it means
 * the same in all containers. A byte far behind the content is locked, so that nobody who reads is
 * kept from it.
 */
final class UnfinishedFile implements Closeable {
  private static final Pattern NAME = Pattern.compile("\\.eplb-[0-9a-f]{16}\\.tmp");
  private static final long LOCKED_BYTE = Long.MAX_VALUE - 1;

  /**
   * Those of this process by name. Nobody may open them again: to close them would end their lock.
   */
  private static final Map<String, Path> OWN = new ConcurrentHashMap<>();

  static {
    try {
      Runtime.getRuntime()
          .addShutdownHook(new Thread(UnfinishedFile::deleteOwn, "eplb-unfinished-files"));
    } catch (IllegalStateException endingAlready) {
      // Whoever writes now holds the end up until it is done, and cleans up by itself.
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

  /** Creates a temporary file for an output, and removes those that killed processes have left. */
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
      return true; // Nobody can lock here, so nobody removes what is not locked.
    }
  }

  private void removeAbandoned() {
    try (DirectoryStream<Path> found =
        Files.newDirectoryStream(path.resolveSibling(""), ".eplb-*.tmp")) {
      for (Path other : found) {
        removeIfAbandoned(other);
      }
    } catch (IOException | DirectoryIteratorException unreadable) {
      // The output itself is what matters.
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
      // It stays: gone already, or nobody can say whose it is.
    }
  }

  /** Returns where to write; not buffered. */
  OutputStream content() {
    return Channels.newOutputStream(channel);
  }

  /**
   * Puts the content in the output's place, on the disk before it is named.
   *
   * @param replacing whether an existing file may be replaced; its permissions are kept
   * @throws FileAlreadyExistsException if not, and there is one
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

  /** Renaming replaces silently; a hard link is refused if somebody was faster. */
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

  /** Makes the new name itself durable where the system can; the content already is. */
  private void forceFolder() {
    try (FileChannel folder = FileChannel.open(path.resolveSibling(""), StandardOpenOption.READ)) {
      folder.force(true);
    } catch (IOException notPossibleHere) {
      // Some systems cannot open a folder; the file is complete all the same.
    }
  }

  /** Ends the writing; the temporary name goes, if it has not become the output's. */
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
        // The process is ending; there is nobody left to tell.
      }
    }
  }
}
