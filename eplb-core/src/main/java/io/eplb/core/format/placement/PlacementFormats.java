package io.eplb.core.format.placement;

import io.eplb.api.InvalidInputException;
import io.eplb.api.NearestName;
import io.eplb.api.wording.OneLine;
import io.eplb.core.format.InputSource;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/**
 * The list of the placement formats, with lookup by name and by content. A new format is added
 * here.
 */
public final class PlacementFormats {
  private static final List<PlacementFormat> ALL =
      List.of(
          new VllmAscendFormat(),
          new VllmFormat(),
          new HygonFormat(),
          new SglangFormat(),
          new TrtllmFormat(),
          new DeepseekFormat(),
          new OmniInferFormat());

  private PlacementFormats() {}

  /** Returns the names of all formats. */
  public static List<String> names() {
    return ALL.stream().map(PlacementFormat::name).toList();
  }

  static String namesWithLayerIds() {
    return ALL.stream()
        .filter(PlacementFormat::storesLayerIds)
        .map(PlacementFormat::name)
        .collect(Collectors.joining(", "));
  }

  /**
   * Returns the format of a name.
   *
   * @throws InvalidInputException if there is none: all names are listed, and the nearest suggested
   */
  public static PlacementFormat named(String name) {
    return ALL.stream()
        .filter(format -> format.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new InvalidInputException(
                    "there is no placement format %s%s known are %s"
                        .formatted(
                            OneLine.quote(name),
                            NearestName.of(name, names())
                                .map(near -> "; did you mean " + near + "?")
                                .orElse(";"),
                            String.join(", ", names()))));
  }

  /**
   * Returns the format of a name.
   *
   * @param firstMoeLayer the model's id of the first layer, for formats that store layer ids
   * @throws InvalidInputException if there is no such format, or it has no layer ids to shift
   */
  public static PlacementFormat named(String name, OptionalInt firstMoeLayer) {
    PlacementFormat format = named(name);
    return firstMoeLayer.isPresent() ? format.withFirstMoeLayer(firstMoeLayer.getAsInt()) : format;
  }

  /**
   * Recognises the format of an input.
   *
   * @param firstMoeLayer the model's id of the first layer, used if the format stores layer ids
   * @throws InvalidInputException if it cannot be read or is of no known format
   */
  public static PlacementFormat recognize(InputSource source, OptionalInt firstMoeLayer) {
    if (source.isFolder()) {
      throw source.fault(
          "is a folder; expected a file with a map, such as one .pt file of SGLang's recording");
    }
    source.size();
    for (PlacementFormat format : ALL) {
      if (format.recognizes(source)) {
        return named(format.name(), firstMoeLayer);
      }
    }
    throw source.fault(
        "holds %s of no known placement format; known are %s"
            .formatted(source.content().description(), String.join(", ", names())));
  }

  /**
   * Reads a placement in any of the formats.
   *
   * @throws InvalidInputException as {@link #recognize} and {@link PlacementFormat#read}
   */
  public static StoredPlacement read(InputSource source, PlacementExpectation expectation) {
    return recognize(source, OptionalInt.empty()).read(source, expectation);
  }
}
