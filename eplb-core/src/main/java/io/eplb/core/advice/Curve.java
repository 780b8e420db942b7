package io.eplb.core.advice;

import io.eplb.api.InvalidInputException;
import java.util.Comparator;
import java.util.List;

/**
 * The cost against the redundant experts, and its knee: the fewest redundant experts from which no
 * further ones save what is worthwhile.
 *
 * @param points by ascending redundancy, at least one
 * @param knee one of them
 */
public record Curve(List<Trial> points, Trial knee) {
  /**
   * Finds the knee.
   *
   * @param points at least one, by ascending redundancy
   * @param worthwhile the least part of a cost that is worth more memory
   * @throws InvalidInputException if there is no point
   */
  static Curve of(List<Trial> points, double worthwhile) {
    Trial best =
        points.stream()
            .min(Comparator.comparingDouble(Trial::cost))
            .orElseThrow(() -> new InvalidInputException("a curve needs at least one point"));
    for (Trial point : points) {
      if (best.saving(point) < worthwhile || !Noise.below(best, point)) {
        return new Curve(List.copyOf(points), point);
      }
    }
    return new Curve(List.copyOf(points), best);
  }
}
