package io.eplb.core.format;

/** The kind of data that an input holds, judged by its first bytes. */
public enum Content {
  /** An array in NumPy's own format. */
  NUMPY("NumPy data"),
  /** A ZIP archive, such as NumPy's {@code .npz}. */
  ZIP("a ZIP archive"),
  /** Text whose first character opens a JSON array or object. */
  JSON("JSON"),
  /** Other text. */
  TEXT("text"),
  /** Compressed by gzip. */
  GZIP("gzip data, which must be unpacked first"),
  /** Anything else. */
  BINARY("binary data");

  static final int ENOUGH = 512;

  private final String description;

  Content(String description) {
    this.description = description;
  }

  /** Returns the kind as words for a message: "a ZIP archive". */
  public String description() {
    return description;
  }

  static Content of(byte[] head) {
    if (startsWith(head, 0x93, 'N', 'U', 'M', 'P', 'Y')) {
      return NUMPY;
    }
    if (startsWith(head, 'P', 'K', 3, 4) || startsWith(head, 'P', 'K', 5, 6)) {
      return ZIP;
    }
    if (startsWith(head, 0x1f, 0x8b)) {
      return GZIP;
    }
    for (byte b : head) {
      if (b >= 0 && b < ' ' && !whitespace(b)) {
        return BINARY;
      }
    }
    int first = startsWith(head, 0xef, 0xbb, 0xbf) ? 3 : 0;
    while (first < head.length && whitespace(head[first])) {
      first++;
    }
    return first < head.length && (head[first] == '{' || head[first] == '[') ? JSON : TEXT;
  }

  private static boolean whitespace(byte b) {
    return b == ' ' || b == '\t' || b == '\n' || b == '\r';
  }

  private static boolean startsWith(byte[] head, int... start) {
    if (head.length < start.length) {
      return false;
    }
    for (int i = 0; i < start.length; i++) {
      if (head[i] != (byte) start[i]) {
        return false;
      }
    }
    return true;
  }
}
