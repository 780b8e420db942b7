package io.eplb.server.state;

import com.google.common.collect.MapMaker;
import com.google.common.util.concurrent.Striped;
import io.eplb.api.InvalidInputException;
import io.eplb.api.wording.OneLine;
import io.eplb.core.format.FileFailure;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder in which the service keeps what must survive its end. Thread-safe.
 *
 * <pre>
 *   lock                    locked by the service that uses the folder
 *   groups/GROUP/NAME       a file that is replaced as a whole, or a journal
 *   groups/GROUP/.NAME.tmp  its next content, until it is complete
 *   groups/GROUP/NAME.unreadable-1  what could not be read
 * </pre>
 */
public final class StateFolder implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StateFolder.class);
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");

  private final Path root;
  private final Disk disk;
  private final boolean durable;
  private final Closeable lock;

  /** The journals in use: there is one object for a file, as long as anybody has it. */
  private final Map<Path, Journal> journals = new MapMaker().weakValues().makeMap();

  /** The groups whose folder exists, with its name on the disk. */
  private final Set<String> created = ConcurrentHashMap.newKeySet();

  /**
   * The groups with all names in their folder on the disk. At first there is none: the process
   * before this one may have ended too early.
   */
  private final Set<String> named = ConcurrentHashMap.newKeySet();

  private final Striped<Lock> writers = Striped.lock(64);

  /** Held for reading by operations, for writing by the end of all. */
  private final ReadWriteLock use = new ReentrantReadWriteLock();

  private boolean closed;

  private StateFolder(Path root, Disk disk, boolean durable, Closeable lock) {
    this.root = root;
    this.disk = disk;
    this.durable = durable;
    this.lock = lock;
  }

  /**
   * Opens a folder, and creates it if it does not exist.
   *
   * @throws InvalidInputException if it cannot be used, or another service uses it
   */
  public static StateFolder open(Path folder) {
    return open(folder, new SystemDisk());
  }

  static StateFolder open(Path folder, Disk disk) {
    Optional<Closeable> lock;
    try {
      disk.createFolder(folder);
      forceParent(folder, disk);
      lock = disk.lock(folder.resolve("lock"));
    } catch (IOException failed) {
      throw new InvalidInputException(
          "cannot keep state in %s: %s; give a folder that this user can write to"
              .formatted(folder, FileFailure.reason(failed)),
          failed);
    }
    return new StateFolder(
        folder,
        disk,
        true,
        lock.orElseThrow(
            () ->
                new InvalidInputException(
                    "the state folder %s is in use by another service; give each one its own"
                        .formatted(folder))));
  }

  private static void forceParent(Path folder, Disk disk) {
    Path parent = folder.toAbsolutePath().getParent();
    try {
      if (parent != null) {
        disk.force(parent);
      }
    } catch (IOException notReadable) {
      // This user may not list the parent, so it has hardly created the folder just now.
    }
  }

  /** Returns a folder that takes everything and holds nothing. */
  public static StateFolder none() {
    return new StateFolder(Path.of(""), new NoDisk(), false, () -> {});
  }

  /** Returns whether content survives the end of the service. */
  public boolean durable() {
    return durable;
  }

  /** Returns the groups of which something is kept, in order. */
  public List<String> groups() throws IOException {
    Path groups = root.resolve("groups");
    return using(
            () -> {
              try {
                return disk.list(groups);
              } catch (IOException failed) {
                throw failure("read", groups, failed);
              }
            })
        .stream()
        .filter(name -> NAME.matcher(name).matches())
        .toList();
  }

  /**
   * Returns the content of a file; empty if there is none.
   *
   * @throws IOException if the disk failed
   * @throws InvalidInputException if a name is none
   */
  public Optional<byte[]> read(String group, String name) throws IOException {
    Path file = file(group, name);
    return using(
        () -> {
          try {
            return disk.read(file);
          } catch (IOException failed) {
            throw failure("read", file, failed);
          }
        });
  }

  /**
   * Replaces the content of a file in one step; it survives a crash once this returns.
   *
   * @param group 1 to 100 letters, digits, dots, dashes or underscores; the first a letter or digit
   * @param name as the group's
   * @throws IOException if the disk failed; the file has the content of before or this one
   * @throws InvalidInputException if a name is none
   */
  public void replace(String group, String name, byte[] content) throws IOException {
    rename(group, name, content);
    finishNaming(group);
  }

  /**
   * Returns a journal, repaired if a crash has cut it off.
   *
   * @throws IOException if the disk failed
   * @throws InvalidInputException if a name is none
   */
  public Journal journal(String group, String name) throws IOException {
    Path file = file(group, name);
    Lock writer = writers.get(file);
    writer.lock();
    try {
      Journal journal = journals.get(file);
      if (journal == null) {
        journal = Journal.open(this, group, name);
        journals.put(file, journal);
      }
      return journal;
    } finally {
      writer.unlock();
    }
  }

  /**
   * Gives a file whose content cannot be read another name, and says so in the log. A journal of
   * that name must not be used any more; {@link #journal} returns a new one.
   *
   * @param reason completes the sentence "it was set aside, since …"
   * @throws IOException if the disk failed
   */
  public void setAside(String group, String name, String reason) throws IOException {
    Path file = file(group, name);
    using(
        () -> {
          Path aside = freeName(group, name);
          disk.move(file, aside);
          journals.remove(file);
          LOG.warn("{} was set aside as {}, since {}", file, aside.getFileName(), reason);
          return aside;
        });
  }

  /** Writes a copy of a file that is about to be repaired. */
  void keepAside(String group, String name, byte[] content, String reason) throws IOException {
    using(
        () -> {
          Path aside = freeName(group, name);
          disk.write(aside, 0, content);
          LOG.warn("{} is kept as {}, since {}", file(group, name), aside.getFileName(), reason);
          return aside;
        });
  }

  private Path freeName(String group, String name) throws IOException {
    List<String> taken = disk.list(folder(group));
    int number = 1;
    while (taken.contains(name + ".unreadable-" + number)) {
      number++;
    }
    return folder(group).resolve(name + ".unreadable-" + number);
  }

  /** Replaces the content of a file; its name is on the disk after {@link #finishNaming}. */
  void rename(String group, String name, byte[] content) throws IOException {
    Path file = file(group, name);
    Path next = folder(group).resolve("." + name + ".tmp");
    Lock writer = writers.get(next);
    writer.lock();
    try {
      using(
          () -> {
            try {
              createFolder(group);
              disk.write(next, 0, content);
              disk.force(next);
              named.remove(group);
              disk.move(next, file);
              return file;
            } catch (IOException failed) {
              created.remove(group); // Perhaps somebody has removed the folder.
              deleteQuietly(next);
              throw failure("write", file, failed);
            }
          });
    } finally {
      writer.unlock();
    }
  }

  /** Removes what was not completed, since it may fill the disk. */
  private void deleteQuietly(Path unfinished) {
    try {
      disk.delete(unfinished);
    } catch (IOException stays) {
      // The next content goes over it.
    }
  }

  /** Waits until the names in a group's folder are on the disk. */
  void finishNaming(String group) throws IOException {
    Path folder = folder(group);
    Lock writer = writers.get(folder);
    writer.lock(); // Whoever finds nothing to do must know that the other is done.
    try {
      using(
          () -> {
            // Added first: a name that is given meanwhile must be forced again.
            if (named.add(group)) {
              try {
                createFolder(group);
                disk.force(folder);
              } catch (IOException failed) {
                named.remove(group);
                throw failure("write", folder, failed);
              }
            }
            return folder;
          });
    } finally {
      writer.unlock();
    }
  }

  /** Writes bytes at the end of a file and waits until they are on the disk. */
  void write(Path file, long at, byte[] bytes) throws IOException {
    using(
        () -> {
          try {
            disk.write(file, at, bytes);
            disk.force(file);
            return file;
          } catch (IOException failed) {
            throw failure("write", file, failed);
          }
        });
  }

  private void createFolder(String group) throws IOException {
    if (!created.contains(group)) {
      disk.createFolder(folder(group));
      disk.force(root.resolve("groups"));
      disk.force(root);
      created.add(group);
    }
  }

  private Path folder(String group) {
    return root.resolve("groups").resolve(requireName("group", group));
  }

  Path file(String group, String name) {
    return folder(group).resolve(requireName("file", name));
  }

  private static String requireName(String what, String name) {
    if (!NAME.matcher(name).matches()) {
      throw new InvalidInputException(
          "%s is no name of a %s; expected 1 to 100 letters, digits, dots, dashes or underscores, the first a letter or a digit"
              .formatted(OneLine.quote(name), what));
    }
    return name;
  }

  private static IOException failure(String verb, Path file, IOException failed) {
    return new IOException(
        "cannot %s %s: %s".formatted(verb, file, FileFailure.reason(failed)), failed);
  }

  @FunctionalInterface
  private interface Operation<T> {
    T run() throws IOException;
  }

  /** Runs an operation while the folder is this service's own. */
  private <T> T using(Operation<T> operation) throws IOException {
    use.readLock().lock();
    try {
      if (closed) {
        throw new IOException("the state folder " + root + " is closed");
      }
      return operation.run();
    } finally {
      use.readLock().unlock();
    }
  }

  /** Ends the use of the folder: waits for operations under way; later ones fail. */
  @Override
  public void close() {
    use.writeLock().lock();
    try {
      if (!closed) {
        closed = true;
        lock.close();
      }
    } catch (IOException failed) {
      LOG.warn("cannot unlock {}: {}", root, FileFailure.reason(failed));
    } finally {
      use.writeLock().unlock();
    }
  }
}
