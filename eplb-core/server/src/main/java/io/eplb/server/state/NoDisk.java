package io.eplb.server.state;

import java.io.Closeable;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A disk that takes everything and holds nothing. */
final class NoDisk implements Disk {
  @Override
  public void createFolder(Path folder) {}

  @Override
  public Optional<Closeable> lock(Path file) {
    return Optional.of(() -> {});
  }

  @Override
  public List<String> list(Path folder) {
    return List.of();
  }

  @Override
  public Optional<byte[]> read(Path file) {
    return Optional.empty();
  }

  @Override
  public void write(Path file, long at, byte[] bytes) {}

  @Override
  public void force(Path fileOrFolder) {}

  @Override
  public void move(Path from, Path to) {}

  @Override
  public void delete(Path file) {}
}
