package io.eplb.core.registry;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.BitSet;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The constants of a class file that discovery looks at; no code of the class runs.
 *
 * @param texts the string literals of its code
 * @param classNames the classes that it names, such as {@code java.lang.String}; of an array the
 *     element's class
 */
record ClassFile(Set<String> texts, Set<String> classNames) {
  private static final int MAGIC = 0xCAFEBABE;

  // Kinds of constants, as table 4.4-A of the virtual machine's specification numbers them.
  private static final int UTF8 = 1;
  private static final int INTEGER = 3;
  private static final int FLOAT = 4;
  private static final int LONG = 5;
  private static final int DOUBLE = 6;
  private static final int CLASS = 7;
  private static final int STRING = 8;
  private static final int FIELD = 9;
  private static final int METHOD = 10;
  private static final int INTERFACE_METHOD = 11;
  private static final int NAME_AND_TYPE = 12;
  private static final int METHOD_HANDLE = 15;
  private static final int METHOD_TYPE = 16;
  private static final int DYNAMIC = 17;
  private static final int INVOKE_DYNAMIC = 18;
  private static final int MODULE = 19;
  private static final int PACKAGE = 20;

  /**
   * Reads a class file.
   *
   * @throws IOException if it cannot be read or is malformed
   */
  static ClassFile read(InputStream file) throws IOException {
    DataInputStream in = new DataInputStream(new BufferedInputStream(file));
    if (in.readInt() != MAGIC) {
      throw new IOException("it does not begin as a class file does");
    }
    in.readInt(); // the version
    int count = in.readUnsignedShort();
    @Nullable String[] utf8 = new String[count];
    int[] reference = new int[count];
    BitSet texts = new BitSet(count);
    BitSet classes = new BitSet(count);
    for (int index = 1; index < count; index++) {
      int kind = in.readUnsignedByte();
      switch (kind) {
        case UTF8 -> utf8[index] = in.readUTF();
        case CLASS, STRING, METHOD_TYPE, MODULE, PACKAGE -> {
          reference[index] = in.readUnsignedShort();
          texts.set(index, kind == STRING);
          classes.set(index, kind == CLASS);
        }
        case INTEGER,
            FLOAT,
            FIELD,
            METHOD,
            INTERFACE_METHOD,
            NAME_AND_TYPE,
            DYNAMIC,
            INVOKE_DYNAMIC ->
            in.readInt();
        case LONG, DOUBLE -> {
          in.readLong();
          index++; // such a constant counts twice
        }
        case METHOD_HANDLE -> {
          in.readUnsignedByte();
          in.readUnsignedShort();
        }
        default -> throw new IOException("constant " + index + " is of the unknown kind " + kind);
      }
    }
    return new ClassFile(
        named(texts, reference, utf8, false), named(classes, reference, utf8, true));
  }

  private static Set<String> named(
      BitSet which, int[] reference, @Nullable String[] utf8, boolean classes) throws IOException {
    Set<String> names = new HashSet<>();
    for (int index = which.nextSetBit(0); index >= 0; index = which.nextSetBit(index + 1)) {
      int at = reference[index];
      String name = at < utf8.length ? utf8[at] : null;
      if (name == null) {
        throw new IOException(
            "constant " + index + " refers to constant " + at + ", which is no text");
      }
      names.add(classes ? elementClass(name) : name);
    }
    names.remove("");
    return names;
  }

  /** Returns the class of an array's elements, empty if they are primitive, or the class itself. */
  private static String elementClass(String internalName) {
    String name = internalName;
    if (name.startsWith("[")) {
      int begin = name.indexOf('L');
      name = begin < 0 || !name.endsWith(";") ? "" : name.substring(begin + 1, name.length() - 1);
    }
    return name.replace('/', '.');
  }
}
