package io.eplb.core.format.numpy;

import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The header of an NPY file: a Python dictionary literal with exactly the keys {@code descr},
 * {@code fortran_order} and {@code shape}.
 */
final class NumpyHeader {
  static final String EXPECTED =
      "expected {'descr': '<i4', 'fortran_order': False, 'shape': (layers, experts), }";

  private static final int MOST_DIMENSIONS = 32;

  private final String text;
  private int at;

  /** The element type with its byte order, as written; the start of it if it is structured. */
  String type = "";

  boolean fortranOrder;
  long[] shape = {};

  private NumpyHeader(String text) {
    this.text = text;
  }

  /** An error in a header; its message does not name the file. */
  static final class Malformed extends Exception {
    private static final long serialVersionUID = 1L;

    Malformed(String message) {
      super(message);
    }
  }

  static NumpyHeader parse(byte[] bytes) throws Malformed {
    NumpyHeader header = new NumpyHeader(new String(bytes, StandardCharsets.UTF_8));
    header.dictionary();
    return header;
  }

  private void dictionary() throws Malformed {
    expect('{');
    List<String> keys = new ArrayList<>(3);
    while (!accept('}')) {
      String key = quoted();
      if (keys.contains(key)) {
        throw new Malformed("has the key '" + key + "' twice; " + EXPECTED);
      }
      keys.add(key);
      expect(':');
      switch (key) {
        case "descr" -> type = descriptor();
        case "fortran_order" -> fortranOrder = truth();
        case "shape" -> shape = tuple();
        default -> throw new Malformed("has a key that does not belong; " + EXPECTED);
      }
      if (!accept(',')) {
        expect('}');
        break;
      }
    }
    skipSpace();
    if (at < text.length()) {
      throw new Malformed("goes on after its dictionary; " + EXPECTED);
    }
    if (keys.size() < 3) {
      throw new Malformed(
          Stream.of("descr", "fortran_order", "shape")
              .filter(key -> !keys.contains(key))
              .collect(Collectors.joining(", ", "lacks the key ", "; " + EXPECTED)));
    }
  }

  private String descriptor() throws Malformed {
    skipSpace();
    if (at < text.length() && (text.charAt(at) == '[' || text.charAt(at) == '(')) {
      throw new Malformed("describes structured elements; expected plain numbers, such as '<i4'");
    }
    return quoted();
  }

  private boolean truth() throws Malformed {
    skipSpace();
    if (text.startsWith("True", at)) {
      at += 4;
      return true;
    }
    if (text.startsWith("False", at)) {
      at += 5;
      return false;
    }
    throw new Malformed("says neither True nor False for fortran_order; " + EXPECTED);
  }

  private long[] tuple() throws Malformed {
    expect('(');
    long[] lengths = new long[MOST_DIMENSIONS];
    int dimensions = 0;
    while (!accept(')')) {
      if (dimensions == MOST_DIMENSIONS) {
        throw new Malformed("has more than " + MOST_DIMENSIONS + " dimensions");
      }
      lengths[dimensions++] = length();
      if (!accept(',')) {
        expect(')');
        break;
      }
    }
    return Arrays.copyOf(lengths, dimensions);
  }

  private long length() throws Malformed {
    skipSpace();
    int from = at;
    long value = 0;
    while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
      if (at - from >= 18) {
        throw new Malformed("claims a dimension of more than 10^18 elements");
      }
      value = value * 10 + (text.charAt(at++) - '0');
    }
    if (at == from) {
      throw new Malformed("says a shape that is not whole numbers of at least 0; " + EXPECTED);
    }
    return value;
  }

  private String quoted() throws Malformed {
    skipSpace();
    char quote = at < text.length() ? text.charAt(at) : ' ';
    int end = quote == '\'' || quote == '"' ? text.indexOf(quote, at + 1) : -1;
    if (end < 0) {
      throw new Malformed("is not the dictionary that NumPy writes; " + EXPECTED);
    }
    String quoted = text.substring(at + 1, end);
    at = end + 1;
    return quoted;
  }

  private boolean accept(char wanted) {
    skipSpace();
    boolean found = at < text.length() && text.charAt(at) == wanted;
    at += found ? 1 : 0;
    return found;
  }

  private void expect(char wanted) throws Malformed {
    if (!accept(wanted)) {
      throw new Malformed("is not the dictionary that NumPy writes; " + EXPECTED);
    }
  }

  private void skipSpace() {
    while (at < text.length() && " \t\n".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  /** Returns the order of the bytes of an element. */
  ByteOrder byteOrder() {
    return type.startsWith(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
  }

  /** Returns the shape for people: {@code (40, 75, 256)}. */
  String shapeText() {
    return Arrays.stream(shape)
        .mapToObj(String::valueOf)
        .collect(Collectors.joining(", ", "(", shape.length == 1 ? ",)" : ")"));
  }
}
