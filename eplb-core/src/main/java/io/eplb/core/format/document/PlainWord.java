package io.eplb.core.format.document;

import com.fasterxml.jackson.core.JsonToken;
import io.eplb.api.wording.TypedNumber;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The meaning of an unquoted word of a YAML document, as in the core schema of YAML 1.2: null, a
 * truth value, a number or a text. A word such as {@code 010}, {@code 1_000} or {@code 1:30} is a
 * doubtful number: YAML 1.1 and 1.2 read different values, so it is refused where a number or a
 * text is expected.
 */
enum PlainWord {
  NULL(JsonToken.VALUE_NULL),
  TRUE(JsonToken.VALUE_TRUE),
  FALSE(JsonToken.VALUE_FALSE),
  WHOLE(JsonToken.VALUE_NUMBER_INT),
  DECIMAL(JsonToken.VALUE_NUMBER_FLOAT),
  /** NaN and the infinities. */
  NOT_FINITE(JsonToken.VALUE_NUMBER_FLOAT),
  DOUBTFUL(JsonToken.VALUE_NUMBER_FLOAT),
  TEXT(JsonToken.VALUE_STRING);

  private static final Set<String> NULLS = Set.of("", "~", "null", "Null", "NULL");
  private static final Set<String> TRUES = Set.of("true", "True", "TRUE");
  private static final Set<String> FALSES = Set.of("false", "False", "FALSE");
  private static final Map<String, Double> NOT_FINITES =
      Map.of(
          ".nan", Double.NaN,
          ".NaN", Double.NaN,
          ".NAN", Double.NaN,
          ".inf", Double.POSITIVE_INFINITY,
          ".Inf", Double.POSITIVE_INFINITY,
          ".INF", Double.POSITIVE_INFINITY,
          "+.inf", Double.POSITIVE_INFINITY,
          "-.inf", Double.NEGATIVE_INFINITY);

  private static final Pattern LEADING_ZERO = Pattern.compile("[-+]?0[0-9]");
  private static final Pattern ENDING_POINT = Pattern.compile("[^.]*\\.([eE].*)?");
  private static final Pattern NUMBER_OF_SOME_YAML =
      Pattern.compile(
          "[-+]?(0[bB][01_]+|0[oO][0-7_]+|0[xX][0-9a-fA-F_]+"
              + "|[0-9][0-9_]*(:[0-5]?[0-9])+(\\.[0-9_]*)?"
              + "|([0-9][0-9_]*(\\.[0-9_]*)?|\\.[0-9][0-9_]*)([eE][-+]?[0-9]+)?)");

  private static final Pattern DIGITS = Pattern.compile("[-+.:_eE0-9]+");

  private final JsonToken token;

  PlainWord(JsonToken token) {
    this.token = token;
  }

  static PlainWord of(String word) {
    if (startsLikeANumber(word)) {
      return ofNumber(word);
    }
    if (NULLS.contains(word)) {
      return NULL;
    }
    if (TRUES.contains(word)) {
      return TRUE;
    }
    return FALSES.contains(word) ? FALSE : TEXT;
  }

  private static boolean startsLikeANumber(String word) {
    char first = word.isEmpty() ? ' ' : word.charAt(0);
    return (first >= '0' && first <= '9') || first == '+' || first == '-' || first == '.';
  }

  private static PlainWord ofNumber(String word) {
    if (TypedNumber.isWhole(word)) {
      return LEADING_ZERO.matcher(word).lookingAt() ? DOUBTFUL : WHOLE;
    }
    if (NOT_FINITES.containsKey(word)) {
      return NOT_FINITE;
    }
    if (TypedNumber.isDecimal(word)
        && !LEADING_ZERO.matcher(word).lookingAt()
        && !ENDING_POINT.matcher(word).matches()) {
      return DECIMAL;
    }
    // A long word would overflow the stack of the expression, and no reader takes it for a number.
    Pattern number = word.length() > TokenInput.MOST_DIGITS ? DIGITS : NUMBER_OF_SOME_YAML;
    return number.matcher(word).matches() ? DOUBTFUL : TEXT;
  }

  JsonToken token() {
    return token;
  }

  boolean isNumber() {
    return token.isNumeric();
  }

  /** Returns the number of a word of this kind; NaN if it is doubtful or no number. */
  double number(String word) {
    return switch (this) {
      case WHOLE, DECIMAL -> Double.parseDouble(word);
      case NOT_FINITE -> NOT_FINITES.getOrDefault(word, Double.NaN);
      default -> Double.NaN;
    };
  }

  /** Returns the reason why a word of this kind is refused; null if it is not. */
  @Nullable String doubt() {
    return this == DOUBTFUL ? "which readers of YAML take for different numbers" : null;
  }
}
