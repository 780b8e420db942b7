package io.eplb.cli.pictures;

import io.eplb.api.InternalException;
import io.eplb.core.format.InputSource;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/**
 * The SHA-256 digest of an input, by which it is known again.
 *
 * @param name the input's name
 * @param digest in hexadecimal; for a folder that of the output of {@code sha256sum *} in it; or a
 *     word on why there is none
 */
public record InputDigest(String name, String digest) {
  private static final int MOST_FILES = 1000;

  /** Returns a stream that remembers what is read of it, for {@link #of}. */
  public static InputStream remembering(InputStream input) {
    return new DigestInputStream(input, sha256());
  }

  /**
   * Returns the digest of an input that has been read.
   *
   * @param standardInput the stream that {@code -} was read from, made by {@link #remembering}
   */
  public static InputDigest of(InputSource input, InputStream standardInput) {
    return new InputDigest(
        input.name(),
        input
            .path()
            .map(InputDigest::digest)
            .orElseGet(
                () ->
                    standardInput instanceof DigestInputStream read
                        ? hex(read.getMessageDigest())
                        : "not kept"));
  }

  private static String digest(Path path) {
    try {
      if (Files.isRegularFile(path)) {
        return hex(contentOf(path));
      }
      return Files.isDirectory(path) ? folder(path) : "not kept: it is no regular file";
    } catch (IOException unreadable) {
      return "not known: it cannot be read any more";
    }
  }

  private static String folder(Path folder) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.list(folder)) {
      files = all.filter(Files::isRegularFile).sorted().limit(MOST_FILES + 1).toList();
    }
    if (files.size() > MOST_FILES) {
      return "not taken: it is a folder of more than " + MOST_FILES + " files";
    }
    MessageDigest list = sha256();
    for (Path file : files) {
      String line = hex(contentOf(file)) + "  " + file.getFileName() + "\n";
      list.update(line.getBytes(StandardCharsets.UTF_8));
    }
    return hex(list) + " (of the list that sha256sum * prints in it)";
  }

  private static MessageDigest contentOf(Path file) throws IOException {
    MessageDigest digest = sha256();
    try (OutputStream sink = new DigestOutputStream(OutputStream.nullOutputStream(), digest)) {
      Files.copy(file, sink);
    }
    return digest;
  }

  private static String hex(MessageDigest digest) {
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new InternalException("this Java has no SHA-256", impossible);
    }
  }
}
