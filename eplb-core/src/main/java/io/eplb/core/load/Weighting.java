package io.eplb.core.load;

import io.eplb.api.InvalidInputException;
import io.eplb.core.argument.Require;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The weight of each window of a {@link LoadHistory} in the estimate of the next one. Immutable.
 *
 * <p>An average first scales the windows of a layer to one total, the mean total of the windows
 * that count, so that a busy window counts no more than a quiet one. A window in which a layer was
 * idle does not count for that layer. With {@code n} windows that count, newest first, window
 * {@code k} (from 0) has the weight
 *
 * <ul>
 *   <li>last: 1 for {@code k = 0}, else 0; not scaled, and an idle window counts as such;
 *   <li>mean: 1 ÷ n;
 *   <li>exponential: alpha × (1 − alpha)<sup>k</sup>, and (1 − alpha)<sup>n−1</sup> for the oldest,
 *       so that the average starts at the first window instead of at zero;
 *   <li>sliding mean: 1 ÷ n, where only the newest {@code length} windows may count;
 *   <li>sliding sum: 1 for the newest {@code length} windows, else 0; not scaled.
 * </ul>
 */
public final class Weighting {
  /** The greatest sliding length. */
  public static final int MAX_LENGTH = 1_024;

  /** The kinds of weights. */
  enum Kind {
    LAST,
    MEAN,
    EXPONENTIAL,
    SLIDING_MEAN,
    SLIDING_SUM
  }

  private final Kind kind;
  private final double alpha;
  private final int length;

  private Weighting(Kind kind, double alpha, int length) {
    this.kind = kind;
    this.alpha = alpha;
    this.length = length;
  }

  /** Returns the weights by which only the newest window counts. */
  public static Weighting last() {
    return new Weighting(Kind.LAST, 1.0, 1);
  }

  /** Returns the weights by which all windows count equally. */
  public static Weighting mean() {
    return new Weighting(Kind.MEAN, 0.0, 0);
  }

  /**
   * Returns weights that fall geometrically into the past.
   *
   * @param alpha the weight of the newest window, above 0, at most 1
   * @throws InvalidInputException if alpha is out of range or NaN
   */
  public static Weighting exponential(double alpha) {
    if (!(alpha > 0.0 && alpha <= 1.0)) {
      throw new InvalidInputException(
          "alpha is " + alpha + "; it must be greater than 0 and at most 1");
    }
    return new Weighting(Kind.EXPONENTIAL, alpha, 0);
  }

  /**
   * Returns the weights by which the newest windows count equally and older ones do not count.
   *
   * @param length the number of windows that count, 1 to {@value #MAX_LENGTH}
   * @throws InvalidInputException if the length is out of range
   */
  public static Weighting slidingMean(int length) {
    Require.inRange("the sliding length", length, 1, MAX_LENGTH);
    return new Weighting(Kind.SLIDING_MEAN, 0.0, length);
  }

  /**
   * Returns the weights that add the newest windows up.
   *
   * @param length the number of windows added, 1 to {@value #MAX_LENGTH}
   * @throws InvalidInputException if the length is out of range
   */
  public static Weighting slidingSum(int length) {
    Require.inRange("the sliding length", length, 1, MAX_LENGTH);
    return new Weighting(Kind.SLIDING_SUM, 0.0, length);
  }

  /** Returns whether windows are scaled to the same total before they are averaged. */
  boolean scales() {
    return kind != Kind.LAST && kind != Kind.SLIDING_SUM;
  }

  /** Returns whether windows that are no longer held one by one still count. */
  boolean remembers() {
    return kind == Kind.MEAN || kind == Kind.EXPONENTIAL;
  }

  /** Returns the number of windows to hold one by one. */
  int held() {
    return remembers() ? LoadHistory.HELD : length;
  }

  /** Returns the coefficient of a window that joins {@code before} others. */
  double joining(int before) {
    return kind == Kind.EXPONENTIAL && before > 0 ? alpha : 1.0;
  }

  /** Returns the factor for the coefficients of earlier windows when a new one joins. */
  double fading() {
    return kind == Kind.EXPONENTIAL ? 1.0 - alpha : 1.0;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Weighting that
        && kind == that.kind
        && alpha == that.alpha
        && length == that.length;
  }

  @Override
  public int hashCode() {
    return Objects.hash(kind, alpha, length);
  }

  /** Returns a text that other weights do not have. */
  @Override
  public String toString() {
    String name = kind.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    return switch (kind) {
      case LAST, MEAN -> name;
      case EXPONENTIAL -> name + ", alpha " + alpha;
      case SLIDING_MEAN, SLIDING_SUM -> name + " of " + length;
    };
  }
}
