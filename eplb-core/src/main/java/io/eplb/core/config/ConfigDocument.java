package io.eplb.core.config;

import io.eplb.api.InvalidInputException;
import io.eplb.core.config.ConfigValue.Block;
import io.eplb.core.format.OneLine;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Reads a configuration into values that know their lines. YAML by default, JSON by the ending
 * {@code .json}.
 */
final class ConfigDocument {
  /** A configuration is written by hand; a larger one is something else. */
  static final int MAX_BYTES = 1 << 20;

  static final int MAX_DEPTH = 32;

  private ConfigDocument() {}

  static Block read(Path file) {
    String name = OneLine.of(file.toString());
    if (Files.isDirectory(file)) {
      throw new InvalidInputException(name + " is a directory; a configuration file is needed");
    }
    try (InputStream input = Files.newInputStream(file)) {
      return read(name, input);
    } catch (NoSuchFileException missing) {
      throw new InvalidInputException(name + " does not exist; name an existing file", missing);
    } catch (IOException unreadable) {
      throw unreadable(name, unreadable);
    }
  }

  /**
   * Reads a configuration from a stream, which the caller closes.
   *
   * @param name for messages, of one line
   */
  static Block read(String name, InputStream input) {
    String content = content(name, input);
    @Nullable ConfigValue root =
        name.toLowerCase(Locale.ROOT).endsWith(".json")
            ? JsonDocument.read(name, content)
            : YamlDocument.read(name, content);
    if (root == null) {
      throw new InvalidInputException(
          name + " is empty; it should hold settings such as eplb_policy");
    }
    if (!(root instanceof Block block)) {
      throw error(
          name, root.line(), "the document is " + root.kind() + "; it must be a block of keys");
    }
    return block;
  }

  static InvalidInputException error(String name, int line, String what) {
    return new InvalidInputException(name + ":" + line + ": " + what);
  }

  private static String content(String name, InputStream input) {
    byte[] bytes;
    try {
      bytes = input.readNBytes(MAX_BYTES + 1);
    } catch (IOException unreadable) {
      throw unreadable(name, unreadable);
    }
    if (bytes.length > MAX_BYTES) {
      throw new InvalidInputException(
          name + " has more than " + MAX_BYTES + " bytes; that is no configuration file");
    }
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return text.startsWith("\uFEFF") ? text.substring(1) : text;
    } catch (CharacterCodingException notUtf8) {
      throw new InvalidInputException(name + " is not a text in UTF-8", notUtf8);
    }
  }

  private static InvalidInputException unreadable(String name, IOException exception) {
    return new InvalidInputException(
        name
            + " cannot be read: "
            + (exception instanceof AccessDeniedException
                ? "permission denied"
                : OneLine.of(String.valueOf(exception.getMessage()))),
        exception);
  }
}
