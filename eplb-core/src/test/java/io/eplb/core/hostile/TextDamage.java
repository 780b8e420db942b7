package io.eplb.core.hostile;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Damage to JSON, YAML, comma-separated values and other text: to its numbers, texts, brackets,
 * lines and encoding. A byte is a character here, so that no byte is lost.
 */
final class TextDamage implements Damage {
  private static final Pattern TOKEN =
      Pattern.compile("\"[^\"\\n]*\"|[-+]?[0-9][0-9.eE]*|[A-Za-z_][A-Za-z_0-9]*|\\s+|[^\\s]");
  private static final Pattern NUMBER = Pattern.compile("[-+]?[0-9].*");

  private static final List<String> NUMBERS =
      List.of(
          "0",
          "-0",
          "-0.0",
          "1",
          "-1",
          "2",
          "3",
          "7",
          "0.5",
          "1e308",
          "1.7976931348623157e308",
          "1e309",
          "-1e308",
          "1e-400",
          "1e999",
          "1e999999999",
          "1e-999999999",
          "NaN",
          "Infinity",
          "-Infinity",
          ".nan",
          "-.inf",
          "65535",
          "65536",
          "16777215",
          "16777216",
          "16777217",
          "2147483647",
          "2147483648",
          "-2147483649",
          "4294967296",
          "9223372036854775808",
          "100000000000000000000",
          "1.0",
          "1.",
          ".5",
          "+1",
          "01",
          "0x10",
          "0o7",
          "1_000",
          "1:30",
          "1e",
          "--1",
          "١",
          "");

  private static final List<String> INSERTED =
      List.of(
          "[",
          "]",
          "{",
          "}",
          ",",
          ":",
          "\"",
          "'",
          "null",
          "true",
          "False",
          "~",
          "\\",
          "#",
          "/*",
          "//",
          "\n",
          "\r",
          "\r\n",
          "\t",
          " ",
          "\0",
          "\u0001",
          "\u001b[31m",
          "- ",
          "? ",
          ": ",
          "|\n",
          ">\n",
          "&a ",
          "*a",
          "<<: ",
          "!!int ",
          "!!python/object:os.system ",
          "%YAML 1.1\n---\n",
          "---\n",
          "...\n",
          "[[",
          "{\"a\":",
          "\"\\ud800\"",
          "\"\\u0000\"",
          "\"a\\nb\"");

  /** Bytes that are no UTF-8, a character of several bytes, line separators, byte order marks. */
  private static final List<String> BYTES =
      List.of(
          "\u00c3(",
          "\u00ff\u00fe",
          "\u00fe\u00ff",
          "\u00ed\u00a0\u0080",
          "\u00f4\u0090\u0080\u0080",
          "\u00c0\u0080",
          "\u0080",
          "\u00e2\u0080\u00a8",
          "\u00c2\u0085",
          "\u00e2\u0080\u00ae",
          "\u00ef\u00bb\u00bf",
          "\u00f0\u009f\u0098\u0080");

  private static final List<Charset> ENCODINGS =
      List.of(
          StandardCharsets.UTF_16LE,
          StandardCharsets.UTF_16BE,
          StandardCharsets.UTF_16,
          Charset.forName("UTF-32LE"),
          Charset.forName("UTF-32BE"));

  static boolean suits(byte[] bytes) {
    for (byte b : bytes) {
      if (b < ' ' && b != '\n' && b != '\r' && b != '\t') {
        return false;
      }
    }
    return bytes.length > 0;
  }

  @Override
  public byte[] of(byte[] whole, Random random) {
    String text = new String(whole, StandardCharsets.ISO_8859_1);
    if (random.nextInt(40) == 0) {
      return text.getBytes(ENCODINGS.get(random.nextInt(ENCODINGS.size())));
    }
    List<String> tokens = tokens(text);
    damage(tokens, random);
    String damaged = String.join("", tokens);
    // A digit of another script is no character of this encoding: it becomes a question mark.
    return damaged.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static List<String> tokens(String text) {
    List<String> tokens = new ArrayList<>();
    Matcher matcher = TOKEN.matcher(text);
    while (matcher.find()) {
      tokens.add(matcher.group());
    }
    return tokens;
  }

  private static void damage(List<String> tokens, Random random) {
    int at = random.nextInt(tokens.size());
    int to = Math.min(tokens.size(), at + 1 + random.nextInt(random.nextInt(4) == 0 ? 40 : 4));
    switch (random.nextInt(14)) {
      case 0, 1, 2 -> tokens.set(next(tokens, at, NUMBER), pick(NUMBERS, random));
      case 3 -> tokens.subList(at, to).clear();
      case 4 -> tokens.addAll(at, new ArrayList<>(tokens.subList(at, to)));
      case 5 -> repeat(tokens, at, to, random);
      case 6 -> tokens.set(at, tokens.get(random.nextInt(tokens.size())));
      case 7 -> tokens.add(at, pick(INSERTED, random));
      case 8 -> tokens.set(at, pick(INSERTED, random));
      case 9 -> tokens.add(random.nextInt(3) == 0 ? 0 : at, pick(BYTES, random));
      case 10 -> nest(tokens, at, random);
      case 11 -> moved(tokens, at, to, random);
      case 12 -> lengthen(tokens, at, random);
      default -> lines(tokens, random);
    }
  }

  private static String pick(List<String> texts, Random random) {
    return texts.get(random.nextInt(texts.size()));
  }

  /** Returns the next token that matches; the given one if there is none. */
  private static int next(List<String> tokens, int from, Pattern pattern) {
    for (int at = from; at < tokens.size(); at++) {
      if (pattern.matcher(tokens.get(at)).matches()) {
        return at;
      }
    }
    return from;
  }

  private static void repeat(List<String> tokens, int from, int to, Random random) {
    String range = String.join("", tokens.subList(from, to));
    int most = LONGEST / Math.max(1, range.length());
    tokens.add(from, range.repeat(random.nextInt(4) == 0 ? most : random.nextInt(10) % (most + 1)));
  }

  private static void nest(List<String> tokens, int at, Random random) {
    int depth = 1 + random.nextInt(random.nextBoolean() ? 4 : 3_000);
    boolean arrays = random.nextBoolean();
    tokens.add(at, (arrays ? "[" : "{\"a\":").repeat(depth));
    if (random.nextBoolean()) {
      tokens.add(at + 2, (arrays ? "]" : "}").repeat(depth));
    }
  }

  private static void moved(List<String> tokens, int from, int to, Random random) {
    List<String> range = new ArrayList<>(tokens.subList(from, to));
    tokens.subList(from, to).clear();
    tokens.addAll(random.nextInt(tokens.size() + 1), range);
  }

  private static void lengthen(List<String> tokens, int at, Random random) {
    String token = tokens.get(at);
    int middle = token.length() / 2;
    String more = "9".repeat(random.nextInt(random.nextBoolean() ? 30 : 3_000));
    tokens.set(at, token.substring(0, middle) + more + token.substring(middle));
  }

  private static void lines(List<String> tokens, Random random) {
    String end = pick(List.of("\r\n", "\r", "\u000b", "", "\n\n", "\n \n"), random);
    tokens.replaceAll(token -> token.equals("\n") ? end : token);
  }
}
