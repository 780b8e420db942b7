package io.eplb.core.format;

import io.eplb.api.wording.OneLine;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** The reason for a failed file operation, in the words of the operating system. */
public final class FileFailure {
  private FileFailure() {}

  /** Returns the reason. */
  public static String reason(IOException exception) {
    if (exception instanceof NoSuchFileException) {
      return "no such file or folder";
    }
    if (exception instanceof FileAlreadyExistsException) {
      return "a file of that name exists";
    }
    if (exception instanceof AccessDeniedException) {
      return "permission denied";
    }
    String reason =
        exception instanceof FileSystemException fileSystem
            ? fileSystem.getReason()
            : exception.getMessage();
    return reason == null || reason.isBlank() ? "input/output error" : OneLine.of(reason);
  }
}
