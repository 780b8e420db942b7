package io.eplb.server.message;

import com.google.common.base.Splitter;
import io.eplb.api.wording.TypedNumber;
import java.util.Iterator;
import java.util.Locale;

/**
 * The preferences that a header {@code Accept} states. Example: {@code application/x-npz,
 * application/*;q=0.5} accepts JSON with quality 0.5 and NPZ with 1.
 *
 * <p>Source: RFC 9110, section 12.5.1.
 */
final class AcceptHeader {
  private static final Splitter RANGES = Splitter.on(',').trimResults().omitEmptyStrings();
  private static final Splitter PARAMETERS = Splitter.on(';').trimResults();
  private static final String QUALITY = "q=";

  private AcceptHeader() {}

  /** Returns a media type in lower case, without its parameters. */
  static String mediaType(String header) {
    return PARAMETERS.split(header).iterator().next().toLowerCase(Locale.ROOT);
  }

  /**
   * Returns the quality of a media type, 0 to 1: that of the range that describes it most closely,
   * and 0 if none does.
   */
  static double quality(String header, String mediaType) {
    double quality = 0.0;
    int closest = 0;
    for (String range : RANGES.split(header)) {
      int closeness = closeness(mediaType(range), mediaType);
      if (closeness > closest) {
        closest = closeness;
        quality = quality(range);
      }
    }
    return quality;
  }

  /** Returns how closely a range describes a media type: 0 not at all, 3 by its name. */
  private static int closeness(String range, String mediaType) {
    if (range.equals(mediaType)) {
      return 3;
    }
    String family = mediaType.substring(0, mediaType.indexOf('/') + 1) + "*";
    if (range.equals(family)) {
      return 2;
    }
    return range.equals("*/*") ? 1 : 0;
  }

  /** Returns the quality that a range gives, 0 if it is malformed. */
  private static double quality(String range) {
    Iterator<String> parameters = PARAMETERS.split(range).iterator();
    parameters.next();
    while (parameters.hasNext()) {
      String parameter = parameters.next().toLowerCase(Locale.ROOT);
      if (parameter.startsWith(QUALITY)) {
        double quality = TypedNumber.decimal(parameter.substring(QUALITY.length())).orElse(0.0);
        return quality <= 1.0 ? Math.max(0.0, quality) : 0.0;
      }
    }
    return 1.0;
  }
}
