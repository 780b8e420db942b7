package io.eplb.core.format.load;

import io.eplb.core.format.Content;
import io.eplb.core.format.InputSource;

/** The file formats of measured loads. */
enum LoadFormat {
  JSON("JSON"),
  CSV("comma-separated numbers"),
  NUMPY("NumPy's .npy, which starts with \\x93NUMPY"),
  NUMPY_ARCHIVE("NumPy's .npz, a ZIP archive");

  private final String expected;

  LoadFormat(String expected) {
    this.expected = expected;
  }

  /**
   * Recognises a format by extension, else by content.
   *
   * @throws io.eplb.api.InvalidInputException if the content is something else than its extension
   *     says, or nothing known
   */
  static LoadFormat of(InputSource source) {
    Content content = source.content();
    LoadFormat format =
        switch (source.extension()) {
          case "json" -> JSON;
          case "csv" -> CSV;
          case "npy" -> NUMPY;
          case "npz" -> NUMPY_ARCHIVE;
          default -> ofContent(source, content);
        };
    format.requireContent(source, content);
    if (format != NUMPY_ARCHIVE && source.fragment().isPresent()) {
      throw source.fault("has no named arrays; only an NPZ archive has");
    }
    return format;
  }

  private static LoadFormat ofContent(InputSource source, Content content) {
    return switch (content) {
      case NUMPY -> NUMPY;
      case ZIP -> NUMPY_ARCHIVE;
      case JSON -> JSON;
      case TEXT -> CSV;
      case GZIP, BINARY ->
          throw source.fault(
              "holds " + content.description() + "; expected JSON, CSV, NumPy's .npy or .npz");
    };
  }

  /** Refuses what is certain not to be of this format; the rest is for its reader to judge. */
  private void requireContent(InputSource source, Content content) {
    boolean possible =
        switch (this) {
          case JSON -> content == Content.JSON || content == Content.TEXT;
          case CSV -> content == Content.TEXT;
          case NUMPY -> content == Content.NUMPY;
          case NUMPY_ARCHIVE -> content == Content.ZIP;
        };
    if (!possible) {
      throw source.fault("holds " + content.description() + "; expected " + expected);
    }
  }
}
