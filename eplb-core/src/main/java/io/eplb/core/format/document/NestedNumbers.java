package io.eplb.core.format.document;

import com.fasterxml.jackson.core.JsonToken;
import io.eplb.api.InvalidInputException;
import io.eplb.api.wording.Counted;
import io.eplb.core.format.ArrayForm;
import io.eplb.core.format.NumberArray;
import java.io.IOException;
import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * Reads nested arrays of numbers into one flat array. The first branch fixes the number of
 * dimensions and their lengths, and every other branch must agree: {@code [[1, 2], [3, 4]]} gives
 * the shape 2 × 2 and the values 1, 2, 3, 4.
 */
public final class NestedNumbers {
  private static final int UNKNOWN = -1;

  private final TokenInput input;
  private final String pointer;
  private final ArrayForm form;
  private final NumberRule rule;

  /** The length of the arrays of every level; {@link #UNKNOWN} until the first has ended. */
  private final int[] shape;

  /** The current place: the index within the array of every level. */
  private final int[] at;

  /** The level whose arrays hold numbers; {@link #UNKNOWN} until the first number. */
  private int leaf = UNKNOWN;

  private double[] values = new double[1024];
  private int count;

  private NestedNumbers(TokenInput input, String pointer, ArrayForm form, NumberRule rule) {
    this.input = input;
    this.pointer = pointer;
    this.form = form;
    this.rule = rule;
    this.shape = new int[form.mostDimensions()];
    this.at = new int[form.mostDimensions()];
    Arrays.fill(shape, UNKNOWN);
  }

  /**
   * Reads the array that the current token opens, its end included.
   *
   * @param pointer its place, as a JSON pointer
   * @throws InvalidInputException if it is no array of this form, is ragged or empty, or holds an
   *     element that the rule does not accept: the place is named
   */
  public static NumberArray read(TokenInput input, String pointer, ArrayForm form, NumberRule rule)
      throws IOException {
    NestedNumbers reader = new NestedNumbers(input, pointer, form, rule);
    input.requireArray(pointer, form.description());
    try {
      reader.level(0);
      return new NumberArray(
          Arrays.copyOf(reader.shape, reader.leaf + 1), Arrays.copyOf(reader.values, reader.count));
    } catch (OutOfMemoryError error) {
      throw input.tooLarge(error);
    }
  }

  /** Reads one array; calls itself at most as deep as the form allows. */
  private void level(int level) throws IOException {
    at[level] = 0;
    JsonToken token = input.next();
    while (token != JsonToken.END_ARRAY) {
      if (shape[level] != UNKNOWN && at[level] == shape[level]) {
        throw ragged(level, "more than ");
      }
      if (token == JsonToken.START_ARRAY) {
        if (level + 1 == form.mostDimensions() || level == leaf) {
          throw input.unexpected(place(level), level == leaf ? rule.description() : tooDeep());
        }
        level(level + 1);
      } else {
        number(token, level);
      }
      at[level]++;
      token = input.next();
    }
    if (at[level] == 0) {
      throw input.fault(place(level - 1), "is an empty array; expected " + form.description());
    }
    if (shape[level] == UNKNOWN) {
      shape[level] = at[level];
    } else if (at[level] < shape[level]) {
      throw ragged(level, "");
    }
  }

  private void number(JsonToken token, int level) throws IOException {
    boolean whole = token == JsonToken.VALUE_NUMBER_INT;
    boolean number = whole || token == JsonToken.VALUE_NUMBER_FLOAT;
    if (leaf != level) {
      if (leaf != UNKNOWN || level + 1 < form.fewestDimensions()) {
        throw input.unexpected(place(level), "an array: " + form.description());
      }
      if (number) {
        leaf = level;
      }
    }
    double value = number ? input.number() : Double.NaN;
    if (!rule.accepts(whole, value)) {
      throw input.unexpected(place(level), rule.description());
    }
    if (count == form.mostElements()) {
      throw input.fault(
          pointer, "has more than " + form.mostElements() + " elements, the most supported");
    }
    if (count == values.length) {
      values = Arrays.copyOf(values, grown(count));
    }
    // Adding zero turns −0 into 0.
    values[count++] = value + 0.0;
  }

  private static int grown(int length) {
    int grown = length + (length >> 1);
    if (grown < 0) {
      throw new OutOfMemoryError("an array cannot hold more");
    }
    return grown;
  }

  private String tooDeep() {
    return rule.description() + ", since the array is to be " + form.description();
  }

  private InvalidInputException ragged(int level, String more) {
    return input.fault(
        place(level - 1),
        "has %s%s where the arrays before it have %s; all must be equally long"
            .formatted(more, Counted.of(at[level], "element"), shape[level]));
  }

  /** Returns the pointer to the current element of a level; level −1 is the array itself. */
  private String place(int level) {
    return Arrays.stream(at, 0, level + 1)
        .mapToObj(index -> "/" + index)
        .collect(Collectors.joining("", pointer, ""));
  }
}
