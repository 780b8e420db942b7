package io.eplb.server.state;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * A disk in memory that knows what has been forced. A {@linkplain #kill kill −9} loses nothing that
 * was written; a {@linkplain #powerCut power cut} may lose, cut or zero whatever was not forced.
 * One process at a time uses it, and every operation that changes it can be made to fail.
 */
public final class MemoryDisk {
  private static final class Node {
    private byte[] content = {};
    private byte[] forced = {};
  }

  private final TreeSet<Path> folders = new TreeSet<>();
  private final TreeSet<Path> forcedFolders = new TreeSet<>();
  private final Map<Path, Node> files = new TreeMap<>();

  /** The names of each folder after each change since it was forced, the forced ones first. */
  private final Map<Path, List<Map<Path, Node>>> namings = new HashMap<>();

  private @Nullable Mount running;

  /** Returns the disk as a new process sees it, with which no operation fails. */
  public StateFolder open() {
    return open(operation -> false);
  }

  /**
   * Returns the folder of a new process.
   *
   * @param fails tells of each changing operation, counted from 0, whether it fails
   */
  public StateFolder open(IntPredicate fails) {
    return open(fails, Integer.MAX_VALUE);
  }

  /**
   * Returns the folder of a new process that ends within an operation, which is perhaps half done.
   */
  public StateFolder openUntil(int operation) {
    return open(unused -> false, operation);
  }

  private StateFolder open(IntPredicate fails, int end) {
    running = new Mount(fails, end);
    return StateFolder.open(Path.of("state"), running);
  }

  /** Returns how many changing operations the process has begun. */
  public int operations() {
    return running == null ? 0 : running.operations;
  }

  /** Returns whether a process runs. */
  public boolean running() {
    return running != null;
  }

  /** Ends the process at once. */
  public void kill() {
    running = null;
  }

  /** Ends the process and loses some of what was not forced. */
  public void powerCut(Random random) {
    running = null;
    if (random.nextBoolean()) {
      folders.retainAll(forcedFolders);
    }
    folders.removeIf(folder -> folder.getParent() != null && !folders.contains(folder.getParent()));
    forcedFolders.addAll(folders);
    namings.keySet().retainAll(folders);
    files.clear();
    namings
        .values()
        .forEach(
            since -> {
              Map<Path, Node> left = since.get(random.nextInt(since.size()));
              files.putAll(left);
              since.clear();
              since.add(left);
            });
    files.values().forEach(node -> lose(node, random));
  }

  private static void lose(Node node, Random random) {
    int common = Arrays.mismatch(node.forced, node.content);
    if (common >= 0 && random.nextBoolean()) {
      node.content = node.forced;
    } else if (common >= 0) {
      int cut = common + random.nextInt(node.content.length - common + 1);
      node.content = Arrays.copyOf(node.content, cut);
      if (random.nextInt(4) == 0) {
        Arrays.fill(node.content, common, cut, (byte) 0);
      }
    }
    node.forced = node.content;
  }

  private void named(@Nullable Path folder) {
    if (folder != null) {
      Map<Path, Node> names = new TreeMap<>();
      files.forEach(
          (file, node) -> {
            if (folder.equals(file.getParent())) {
              names.put(file, node);
            }
          });
      namings
          .computeIfAbsent(folder, unused -> new ArrayList<>(List.of(Map.<Path, Node>of())))
          .add(names);
    }
  }

  private final class Mount implements Disk {
    private final IntPredicate fails;
    private final int end;
    private int operations;

    Mount(IntPredicate fails, int end) {
      this.fails = fails;
      this.end = end;
    }

    private void requireAlive() throws IOException {
      if (running != this) {
        throw new IOException("the process is dead");
      }
    }

    private boolean failsNow() throws IOException {
      requireAlive();
      if (operations == end) {
        running = null;
      }
      return running == null || fails.test(operations++);
    }

    private void failPerhaps() throws IOException {
      if (failsNow()) {
        throw new IOException("no space left on device");
      }
    }

    @Override
    public void createFolder(Path folder) throws IOException {
      failPerhaps();
      for (Path path = folder; path != null; path = path.getParent()) {
        folders.add(path);
      }
    }

    @Override
    public Optional<Closeable> lock(Path file) throws IOException {
      requireAlive();
      return Optional.of(() -> {});
    }

    @Override
    public List<String> list(Path folder) throws IOException {
      requireAlive();
      TreeSet<String> names = new TreeSet<>();
      for (Path path : folders) {
        if (folder.equals(path.getParent())) {
          names.add(String.valueOf(path.getFileName()));
        }
      }
      for (Path path : files.keySet()) {
        if (folder.equals(path.getParent())) {
          names.add(String.valueOf(path.getFileName()));
        }
      }
      return List.copyOf(names);
    }

    @Override
    public Optional<byte[]> read(Path file) throws IOException {
      requireAlive();
      return Optional.ofNullable(files.get(file)).map(node -> node.content.clone());
    }

    @Override
    public void write(Path file, long at, byte[] bytes) throws IOException {
      boolean failing = failsNow();
      if (failing && bytes.length == 0) {
        throw new IOException("input/output error");
      }
      if (!folders.contains(file.getParent())) {
        throw new IOException("no such folder: " + file.getParent());
      }
      Node node = files.get(file);
      if (node == null) {
        node = new Node();
        files.put(file, node);
        named(file.getParent());
      }
      if (node.content.length < at) {
        throw new IOException("the file is shorter than " + at);
      }
      int written = failing ? bytes.length / 2 : bytes.length;
      byte[] content = Arrays.copyOf(node.content, (int) at + written);
      System.arraycopy(bytes, 0, content, (int) at, written);
      node.content = content;
      if (failing) {
        throw new IOException("no space left on device");
      }
    }

    @Override
    public void force(Path fileOrFolder) throws IOException {
      failPerhaps();
      Node node = files.get(fileOrFolder);
      if (node != null) {
        node.forced = node.content;
      } else if (folders.contains(fileOrFolder)) {
        named(fileOrFolder);
        List<Map<Path, Node>> since = namings.get(fileOrFolder);
        if (since != null) {
          since.subList(0, since.size() - 1).clear();
        }
        for (Path folder : folders) {
          if (fileOrFolder.equals(folder.getParent()) || fileOrFolder.equals(folder)) {
            forcedFolders.add(folder);
          }
        }
      } else {
        throw new IOException("no such file: " + fileOrFolder);
      }
    }

    @Override
    public void move(Path from, Path to) throws IOException {
      failPerhaps();
      Node node = files.remove(from);
      if (node == null) {
        throw new IOException("no such file: " + from);
      }
      files.put(to, node);
      named(to.getParent());
    }

    @Override
    public void delete(Path file) throws IOException {
      failPerhaps();
      files.remove(file);
      named(file.getParent());
    }
  }
}
