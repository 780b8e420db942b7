package io.eplb.core.hostile;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * An input: a file, or a folder of files.
 *
 * @param name the file to read; empty for the folder
 * @param files the content of each file by its name
 */
record Sample(String name, Map<String, byte[]> files) {
  static Sample of(String name, byte[] content) {
    return new Sample(name, new TreeMap<>(Map.of(name, content)));
  }

  static Sample of(String name, String content) {
    return of(name, content.getBytes(StandardCharsets.UTF_8));
  }

  static Sample folder(Map<String, byte[]> files) {
    return new Sample("", new TreeMap<>(files));
  }

  /** Returns this sample with damage to one file, or to the list of files. */
  Sample damaged(List<Sample> others, Random random) {
    Map<String, byte[]> changed = new TreeMap<>(files);
    List<String> names = new ArrayList<>(files.keySet());
    String file = names.get(random.nextInt(names.size()));
    byte[] content = files.getOrDefault(file, new byte[0]);
    if (!name.isEmpty() || random.nextInt(8) > 0) {
      List<byte[]> contents = new ArrayList<>();
      others.forEach(other -> contents.addAll(other.files.values()));
      changed.put(file, Damage.several(content, contents, random));
      return new Sample(name, changed);
    }
    String other = names.get(random.nextInt(names.size()));
    switch (random.nextInt(4)) {
      case 0 -> changed.remove(file);
      case 1 -> changed.put("0" + file, content);
      case 2 -> changed.put(file.replaceAll("[0-9]", "7"), content);
      default -> changed.put(file, files.getOrDefault(other, content));
    }
    return new Sample(name, changed);
  }

  /** Returns the number of bytes of all files. */
  long size() {
    return files.values().stream().mapToLong(content -> content.length).sum();
  }

  /** Writes the files into an empty folder and returns the path to read. */
  Path write(Path folder) throws IOException {
    clear(folder);
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      Files.write(folder.resolve(file.getKey()), file.getValue());
    }
    return name.isEmpty() ? folder : folder.resolve(name);
  }

  /** Makes a folder empty; creates it if it is not there. */
  static void clear(Path folder) throws IOException {
    Files.createDirectories(folder);
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  /** Returns the content of a folder as {@link #files()} has it. */
  static Map<String, byte[]> filesIn(Path folder) throws IOException {
    Map<String, byte[]> found = new TreeMap<>();
    try (var entries = Files.newDirectoryStream(folder)) {
      for (Path entry : entries) {
        found.put(entry.getFileName().toString(), Files.readAllBytes(entry));
      }
    }
    return found;
  }
}
