package io.eplb.core.format.placement;

import io.eplb.api.InvalidInputException;
import io.eplb.api.NearestName;
import io.eplb.api.wording.OneLine;
import io.eplb.core.format.InputSource;
import java.util.List;
import java.util.OptionalInt;

/** The placement formats by name and by content. */
public final class PlacementFormats {
  private static final List<String> NAMES =
      List.of(
          VllmAscendFormat.NAME,
          SglangFormat.NAME,
          TrtllmFormat.NAME,
          DeepseekFormat.NAME,
          OmniInferFormat.NAME);

  private PlacementFormats() {}

  /** Returns the names of all formats. */
  public static List<String> names() {
    return NAMES;
  }

  /**
   * Returns the format of a name.
   *
   * @throws InvalidInputException if there is none: all names are listed, and the nearest suggested
   */
  public static PlacementFormat named(String name) {
    return named(name, OptionalInt.empty());
  }

  /**
   * Returns the format of a name.
   *
   * @param firstMoeLayer the model's id of the first layer, for {@code trtllm} alone
   * @throws InvalidInputException if there is no such format, or it has no layer ids to shift
   */
  public static PlacementFormat named(String name, OptionalInt firstMoeLayer) {
    PlacementFormat format = create(name, firstMoeLayer);
    if (firstMoeLayer.isPresent() && !name.equals(TrtllmFormat.NAME)) {
      throw new InvalidInputException(
          "--first-moe-layer has no meaning in the format "
              + name
              + "; only "
              + TrtllmFormat.NAME
              + " has the model's own layer ids");
    }
    return format;
  }

  private static PlacementFormat create(String name, OptionalInt firstMoeLayer) {
    return switch (name) {
      case VllmAscendFormat.NAME -> new VllmAscendFormat();
      case SglangFormat.NAME -> new SglangFormat();
      case TrtllmFormat.NAME -> new TrtllmFormat(firstMoeLayer);
      case DeepseekFormat.NAME -> new DeepseekFormat();
      case OmniInferFormat.NAME -> new OmniInferFormat();
      default ->
          throw new InvalidInputException(
              "there is no placement format "
                  + OneLine.quote(name)
                  + NearestName.of(name, NAMES)
                      .map(near -> "; did you mean " + near + "?")
                      .orElse(";")
                  + " known are "
                  + String.join(", ", NAMES));
    };
  }

  /**
   * Recognises the format of an input.
   *
   * @param firstMoeLayer the model's id of the first layer, should it be {@code trtllm}
   * @throws InvalidInputException if it cannot be read or is of no known format
   */
  public static PlacementFormat recognize(InputSource source, OptionalInt firstMoeLayer) {
    source.size();
    for (String name : NAMES) {
      PlacementFormat format = create(name, firstMoeLayer);
      if (format.recognizes(source)) {
        return named(name, firstMoeLayer);
      }
    }
    throw source.fault(
        "holds "
            + source.content().description()
            + " of no known placement format; known are "
            + String.join(", ", NAMES));
  }

  /**
   * Reads a placement in whatever format it is.
   *
   * @throws InvalidInputException as {@link #recognize} and {@link PlacementFormat#read}
   */
  public static StoredPlacement read(InputSource source, PlacementExpectation expectation) {
    return recognize(source, OptionalInt.empty()).read(source, expectation);
  }
}
