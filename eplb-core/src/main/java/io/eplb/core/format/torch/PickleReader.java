package io.eplb.core.format.torch;

import io.eplb.api.wording.OneLine;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A reader of one pickle of protocol 2 to 5. Values become Java's: {@link Long} (or {@link
 * BigInteger} beyond its range), {@link Double}, {@link Boolean}, {@link String}, {@link List} for
 * lists and tuples, {@link Map} for dictionaries, {@link #NONE} for {@code None}.
 *
 * <p>Example: the bytes {@code 80 02 ] K 01 a .} are the list [1]: begin protocol 2, push an empty
 * list, push 1, append, stop.
 */
final class PickleReader {
  /** The value of Python's {@code None}. */
  static final Object NONE =
      new Object() {
        @Override
        public String toString() {
          return "None";
        }
      };

  private static final Object MARK = new Object();
  private static final int LONGEST_TEXT = 1 << 20;
  private static final int LONGEST_NAME = 256;
  private static final int LONGEST_INTEGER = 32;

  private final InputStream input;
  private final PickleBuilder builder;
  private final List<Object> stack = new ArrayList<>();
  private final Map<Integer, Object> memo = new HashMap<>();

  private PickleReader(InputStream input, PickleBuilder builder) {
    this.input = input;
    this.builder = builder;
  }

  /**
   * Reads one pickle and leaves the stream behind it.
   *
   * @throws MalformedPickleException if it is no pickle, or does what the builder does not allow
   */
  static Object read(InputStream input, PickleBuilder builder) throws IOException {
    return new PickleReader(input, builder).run();
  }

  private Object run() throws IOException {
    while (true) {
      int opcode = input.read();
      if (opcode < 0) {
        throw new EOFException("the pickle has no end");
      }
      if (opcode == '.') {
        return pop();
      }
      step(opcode);
    }
  }

  private void step(int opcode) throws IOException {
    switch (opcode) {
      case 0x80 -> protocol(unsigned(1));
      case 0x95 -> input.readNBytes(8); // FRAME: only a hint of the length.
      case '(' -> stack.add(MARK);
      case '0' -> pop();
      case '1' -> popToMark();
      case '2' -> stack.add(top());
      case 'N' -> stack.add(NONE);
      case 0x88 -> stack.add(true);
      case 0x89 -> stack.add(false);
      case 'K' -> stack.add(unsigned(1));
      case 'M' -> stack.add(unsigned(2));
      case 'J' -> stack.add((long) (int) unsigned(4));
      case 0x8a -> stack.add(integer(unsigned(1)));
      case 0x8b -> stack.add(integer(unsigned(4)));
      case 'G' -> stack.add(ByteBuffer.wrap(bytes(8)).getDouble());
      case 'X' -> stack.add(text(unsigned(4)));
      case 0x8c -> stack.add(text(unsigned(1)));
      case 0x8d -> stack.add(text(length(8)));
      case 'U' -> stack.add(latin(unsigned(1)));
      case 'T' -> stack.add(latin(unsigned(4)));
      case ']' -> stack.add(new ArrayList<>());
      case '}' -> stack.add(new LinkedHashMap<>());
      case ')' -> stack.add(List.of());
      case 't' -> stack.add(List.copyOf(popToMark()));
      case 0x85 -> tuple(1);
      case 0x86 -> tuple(2);
      case 0x87 -> tuple(3);
      case 'l' -> stack.add(new ArrayList<>(popToMark()));
      case 'd' -> {
        List<Object> items = popToMark();
        Map<Object, Object> map = new LinkedHashMap<>();
        put(map, items);
        stack.add(map);
      }
      case 'a' -> {
        Object value = pop();
        list().add(value);
      }
      case 'e' -> {
        List<Object> values = popToMark();
        list().addAll(values);
      }
      case 's' -> {
        Object value = pop();
        Object key = pop();
        put(map(), List.of(key, value));
      }
      case 'u' -> {
        List<Object> items = popToMark();
        put(map(), items);
      }
      case 'q' -> memo.put((int) unsigned(1), top());
      case 'r' -> memo.put((int) unsigned(4), top());
      case 0x94 -> memo.put(memo.size(), top());
      case 'h' -> stack.add(remembered((int) unsigned(1)));
      case 'j' -> stack.add(remembered((int) unsigned(4)));
      case 'c' -> stack.add(global(line(), line()));
      case 0x93 -> {
        Object name = pop();
        Object module = pop();
        stack.add(global(name(module), name(name)));
      }
      case 'R' -> {
        Object arguments = pop();
        Object callee = pop();
        stack.add(call(callee, arguments));
      }
      case 'Q' -> stack.add(builder.external(pop()));
      case 'b' -> noState(pop());
      default ->
          throw new MalformedPickleException(
              "is no pickle that can be read: it has the instruction 0x%02x".formatted(opcode));
    }
  }

  private static void protocol(long version) throws MalformedPickleException {
    if (version < 2 || version > 5) {
      throw new MalformedPickleException(
          "is a pickle of protocol " + version + "; expected protocol 2 to 5");
    }
  }

  private static String name(Object value) {
    return value instanceof String text ? text : TorchFile.kind(value);
  }

  private PickleGlobal global(String module, String name) throws MalformedPickleException {
    PickleGlobal global = new PickleGlobal(module, name);
    if (!builder.allows(global)) {
      throw new MalformedPickleException(
          "names the Python object %s, which a recording has no use for; it is not read"
              .formatted(OneLine.quote(global.toString())));
    }
    return global;
  }

  private Object call(Object callee, Object arguments) throws MalformedPickleException {
    if (callee instanceof PickleGlobal global && arguments instanceof List<?> list) {
      return builder.call(global, list);
    }
    throw new MalformedPickleException("is damaged: it calls what is no function");
  }

  /** Accepts the state of an object only if it says nothing, as that of a plain OrderedDict. */
  private static void noState(Object state) throws MalformedPickleException {
    if (!(state == NONE || (state instanceof Map<?, ?> map && map.isEmpty()))) {
      throw new MalformedPickleException("sets the state of a Python object; it is not read");
    }
  }

  private void tuple(int length) throws MalformedPickleException {
    Object[] values = new Object[length];
    for (int at = length - 1; at >= 0; at--) {
      values[at] = pop();
    }
    stack.add(List.of(values));
  }

  private Object top() throws MalformedPickleException {
    if (stack.isEmpty() || stack.get(stack.size() - 1) == MARK) {
      throw damaged();
    }
    return stack.get(stack.size() - 1);
  }

  private Object pop() throws MalformedPickleException {
    Object top = top();
    stack.remove(stack.size() - 1);
    return top;
  }

  private List<Object> popToMark() throws MalformedPickleException {
    int mark = stack.lastIndexOf(MARK);
    if (mark < 0) {
      throw damaged();
    }
    List<Object> above = stack.subList(mark + 1, stack.size());
    List<Object> popped = new ArrayList<>(above);
    above.clear();
    stack.remove(mark);
    return popped;
  }

  @SuppressWarnings("unchecked") // Lists that can be changed are made here alone.
  private List<Object> list() throws MalformedPickleException {
    if (top() instanceof ArrayList<?> list) {
      return (List<Object>) list;
    }
    throw damaged();
  }

  @SuppressWarnings("unchecked") // As the lists.
  private Map<Object, Object> map() throws MalformedPickleException {
    if (top() instanceof Map<?, ?> map) {
      return (Map<Object, Object>) map;
    }
    throw damaged();
  }

  private static void put(Map<Object, Object> map, List<Object> items)
      throws MalformedPickleException {
    if (items.size() % 2 != 0) {
      throw damaged();
    }
    for (int at = 0; at < items.size(); at += 2) {
      Object key = items.get(at);
      if (!(key instanceof String || key instanceof Number || key instanceof Boolean)) {
        throw new MalformedPickleException(
            "has a dictionary whose keys are neither texts nor numbers; it is not read");
      }
      map.put(key, items.get(at + 1));
    }
  }

  private Object remembered(int index) throws MalformedPickleException {
    Object value = memo.get(index);
    if (value == null) {
      throw damaged();
    }
    return value;
  }

  private static MalformedPickleException damaged() {
    return new MalformedPickleException("is damaged: its pickle does not fit together");
  }

  private long unsigned(int bytes) throws IOException {
    byte[] read = new byte[Long.BYTES];
    System.arraycopy(bytes(bytes), 0, read, 0, bytes);
    return ByteBuffer.wrap(read).order(ByteOrder.LITTLE_ENDIAN).getLong();
  }

  private long length(int bytes) throws IOException {
    long length = unsigned(bytes);
    if (length < 0) {
      throw damaged();
    }
    return length;
  }

  private Number integer(long bytes) throws IOException {
    if (bytes > LONGEST_INTEGER) {
      throw new MalformedPickleException("has an integer of " + bytes + " bytes; it is not read");
    }
    byte[] littleEndian = bytes((int) bytes);
    if (littleEndian.length == 0) {
      return 0L;
    }
    byte[] bigEndian = new byte[littleEndian.length];
    for (int at = 0; at < bigEndian.length; at++) {
      bigEndian[at] = littleEndian[bigEndian.length - 1 - at];
    }
    BigInteger value = new BigInteger(bigEndian);
    return value.bitLength() < Long.SIZE ? (Number) value.longValue() : value;
  }

  private String text(long length) throws IOException {
    return new String(textBytes(length), StandardCharsets.UTF_8);
  }

  private String latin(long length) throws IOException {
    return new String(textBytes(length), StandardCharsets.ISO_8859_1);
  }

  private byte[] textBytes(long length) throws IOException {
    if (length > LONGEST_TEXT) {
      throw new MalformedPickleException(
          "has a text of %s bytes; at most %s are read".formatted(length, LONGEST_TEXT));
    }
    return bytes((int) length);
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int next = input.read(); next != '\n'; next = input.read()) {
      if (next < 0) {
        throw new EOFException("the pickle ends within a name");
      }
      if (line.length() == LONGEST_NAME) {
        throw damaged();
      }
      line.append((char) next);
    }
    return line.toString();
  }

  private byte[] bytes(int length) throws IOException {
    byte[] bytes = input.readNBytes(length);
    if (bytes.length < length) {
      throw new EOFException("the pickle ends too early");
    }
    return bytes;
  }
}
