package io.eplb.core.format.torch;

import io.eplb.core.format.HalfPrecision;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The element types of storages that are read. */
enum StorageType {
  BOOL("BoolStorage", 1, false, (bytes, at) -> bytes.get(at) == 0 ? 0.0 : 1.0),
  UINT8("ByteStorage", 1, false, (bytes, at) -> bytes.get(at) & 0xff),
  INT8("CharStorage", 1, false, ByteBuffer::get),
  INT16("ShortStorage", 2, false, ByteBuffer::getShort),
  INT32("IntStorage", 4, false, ByteBuffer::getInt),
  /** Beyond 2^53 rounded. */
  INT64("LongStorage", 8, false, ByteBuffer::getLong),
  BFLOAT16(
      "BFloat16Storage",
      2,
      true,
      (bytes, at) -> Float.intBitsToFloat(bytes.getShort(at) << Short.SIZE)),
  FLOAT16("HalfStorage", 2, true, (bytes, at) -> HalfPrecision.toDouble(bytes.getShort(at))),
  FLOAT32("FloatStorage", 4, true, ByteBuffer::getFloat),
  FLOAT64("DoubleStorage", 8, true, ByteBuffer::getDouble);

  final String className;
  final int bytes;

  /** True if elements are floating-point numbers. */
  final boolean real;

  @SuppressWarnings("ImmutableEnumChecker") // A function without state.
  private final Element element;

  /** Reads the element at an index of bytes. */
  private interface Element {
    double at(ByteBuffer bytes, int index);
  }

  StorageType(String className, int bytes, boolean real, Element element) {
    this.className = className;
    this.bytes = bytes;
    this.real = real;
    this.element = element;
  }

  /**
   * Returns one element as a double.
   *
   * @param storage the bytes of the storage, in their byte order
   * @param index the element, from 0
   */
  double element(ByteBuffer storage, long index) {
    return element.at(storage, (int) (index * bytes));
  }

  /** Finds the type of a storage's class; null if it is not read. */
  static @Nullable StorageType of(PickleGlobal global) {
    if (global.module().equals("torch") || global.module().equals("torch.cuda")) {
      for (StorageType type : values()) {
        if (type.className.equals(global.name())) {
          return type;
        }
      }
    }
    return null;
  }
}
