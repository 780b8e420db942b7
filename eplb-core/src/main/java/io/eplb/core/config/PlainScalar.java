package io.eplb.core.config;

import io.eplb.core.config.ConfigValue.DoubtfulNumber;
import io.eplb.core.config.ConfigValue.Scalar;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What an unquoted word of a YAML document means: null, a truth value, a number or a text, as in
 * the core schema of YAML 1.2. What YAML 1.1 or 1.2 takes for a number without it being plain
 * decimal is neither a number nor a text here, for they do not agree which one it is.
 */
final class PlainScalar {
  private static final int LONGEST_NUMBER = 64;
  private static final int SHOWN_DIGITS = 20;

  private static final Set<String> NULLS = Set.of("", "~", "null", "Null", "NULL");
  private static final Map<String, Object> WORDS =
      Map.ofEntries(
          Map.entry("true", true),
          Map.entry("True", true),
          Map.entry("TRUE", true),
          Map.entry("false", false),
          Map.entry("False", false),
          Map.entry("FALSE", false),
          Map.entry(".nan", Double.NaN),
          Map.entry(".NaN", Double.NaN),
          Map.entry(".NAN", Double.NaN),
          Map.entry(".inf", Double.POSITIVE_INFINITY),
          Map.entry(".Inf", Double.POSITIVE_INFINITY),
          Map.entry(".INF", Double.POSITIVE_INFINITY),
          Map.entry("+.inf", Double.POSITIVE_INFINITY),
          Map.entry("-.inf", Double.NEGATIVE_INFINITY));

  private static final Pattern WHOLE = Pattern.compile("[-+]?(0|[1-9][0-9]*)");
  private static final Pattern DECIMAL =
      Pattern.compile("[-+]?((0|[1-9][0-9]*)(\\.[0-9]+)?|\\.[0-9]+)([eE][-+]?[0-9]{1,3})?");
  private static final Pattern NUMBER_OF_SOME_YAML =
      Pattern.compile(
          "[-+]?(0[bB][01_]+|0[oO][0-7_]+|0[xX][0-9a-fA-F_]+"
              + "|[0-9][0-9_]*(:[0-5]?[0-9])+(\\.[0-9_]*)?"
              + "|([0-9][0-9_]*(\\.[0-9_]*)?|\\.[0-9][0-9_]*)([eE][-+]?[0-9]+)?)");

  private PlainScalar() {}

  static ConfigValue of(String word, int line) {
    if (NULLS.contains(word)) {
      return new Scalar(null, "null", line);
    }
    Object meaning = WORDS.get(word);
    if (meaning != null) {
      return new Scalar(meaning, meaning.toString(), line);
    }
    if (word.length() > LONGEST_NUMBER) {
      return word.chars().allMatch(c -> c >= '0' && c <= '9')
          ? new DoubtfulNumber(
              word.substring(0, SHOWN_DIGITS) + "…", "which has " + word.length() + " digits", line)
          : Scalar.text(word, line);
    }
    if (WHOLE.matcher(word).matches()) {
      return new Scalar(new BigInteger(word), word, line);
    }
    if (DECIMAL.matcher(word).matches()) {
      return new Scalar(new BigDecimal(word), word, line);
    }
    return NUMBER_OF_SOME_YAML.matcher(word).matches()
        ? new DoubtfulNumber(word, "which readers of YAML take for different numbers", line)
        : Scalar.text(word, line);
  }
}
