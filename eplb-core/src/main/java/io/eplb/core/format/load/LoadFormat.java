package io.eplb.core.format.load;

import io.eplb.core.format.Content;
import io.eplb.core.format.InputSource;
import io.eplb.core.format.NumberArray;
import io.eplb.core.format.numpy.NumpyArchive;
import io.eplb.core.format.numpy.NumpyKinds;
import io.eplb.core.format.numpy.NumpyReader;
import io.eplb.core.format.torch.TorchFile;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;

/** The file formats of measured loads. A new format is added here. */
enum LoadFormat {
  JSON("json", Content.JSON, "JSON", true, JsonLoads::read),
  JSON_LINES(
      "jsonl",
      Content.JSON,
      "vLLM's statistics, one JSON object per line",
      false,
      (source, shape) -> VllmStatistics.read(source)),
  CSV(
      "csv",
      Content.TEXT,
      "comma-separated numbers",
      false,
      (source, shape) -> CsvLoads.read(source)),
  NUMPY(
      "npy",
      Content.NUMPY,
      "NumPy's .npy, which starts with \\x93NUMPY",
      true,
      (source, shape) -> NumpyReader.read(source, shape.form(), NumpyKinds.LOADS)),
  NUMPY_ARCHIVE(
      "npz",
      Content.ZIP,
      "NumPy's .npz, a ZIP archive",
      true,
      (source, shape) -> NumpyArchive.read(source, shape.form(), NumpyKinds.LOADS)),
  TORCH(
      "pt",
      Content.ZIP,
      "a recording of SGLang's, written by torch.save",
      false,
      (source, shape) -> SglangRecording.read(source)),
  /** Recognised by being a folder. */
  ASCEND_SERIES(
      "",
      Content.BINARY,
      "a folder of moe_load_{i}.npy",
      true,
      (source, shape) -> AscendSeries.read(source));

  private final String extension;
  private final Content content;
  private final String expected;
  private final boolean perSlot;

  @SuppressWarnings("ImmutableEnumChecker") // static methods and functions without state
  private final BiFunction<InputSource, LoadShape, NumberArray> reader;

  /**
   * Declares a format.
   *
   * @param extension of its files, in lower case
   * @param content the kind of data in its files, judged by the first bytes
   * @param expected its files, for messages about a file that is none of them
   * @param perSlot whether it can hold loads per slot as well
   * @param reader reads a file of this format
   */
  LoadFormat(
      String extension,
      Content content,
      String expected,
      boolean perSlot,
      BiFunction<InputSource, LoadShape, NumberArray> reader) {
    this.extension = extension;
    this.content = content;
    this.expected = expected;
    this.perSlot = perSlot;
    this.reader = reader;
  }

  /**
   * Returns the format of an input, by its extension or else by its content.
   *
   * @throws io.eplb.api.InvalidInputException if the content does not fit the extension, or is of
   *     no known format
   */
  static LoadFormat of(InputSource source) {
    if (source.isFolder()) {
      return ASCEND_SERIES;
    }
    Content content = source.content();
    LoadFormat format = of(source, content);
    // A JSON value may be a number or a word as well, which its reader refuses by name.
    boolean possible =
        content == format.content
            || (format == JSON && content == Content.TEXT)
            || (format == TORCH && content == Content.BINARY);
    if (!possible) {
      throw source.fault("holds " + content.description() + "; expected " + format.expected);
    }
    if (format != NUMPY_ARCHIVE && source.fragment().isPresent()) {
      throw source.fault("has no named arrays; only an NPZ archive has");
    }
    return format;
  }

  private static LoadFormat of(InputSource source, Content content) {
    List<LoadFormat> files = List.of(JSON, JSON_LINES, CSV, NUMPY, NUMPY_ARCHIVE, TORCH);
    return files.stream()
        .filter(format -> format.extension.equals(source.extension()))
        .findFirst()
        .or(() -> Optional.of(TORCH).filter(torch -> TorchFile.recognises(source)))
        .or(() -> files.stream().filter(format -> format.content == content).findFirst())
        .orElseThrow(
            () ->
                source.fault(
                    "holds %s; expected JSON, CSV, NumPy's .npy or .npz, or SGLang's .pt"
                        .formatted(content.description())));
  }

  /**
   * Reads a file in any of the formats.
   *
   * @throws io.eplb.api.InvalidInputException if it cannot be read, is of no known format, or does
   *     not hold this shape
   */
  static NumberArray read(InputSource source, LoadShape shape) {
    LoadFormat format = of(source);
    if (shape.equals(LoadShape.PER_SLOT) && !format.perSlot) {
      throw source.fault(
          "holds %s; expected JSON or NumPy data of %s"
              .formatted(source.content().description(), shape.form().description()));
    }
    try {
      return format.reader.apply(source, shape);
    } catch (OutOfMemoryError error) {
      throw source.tooLarge(error);
    }
  }
}
