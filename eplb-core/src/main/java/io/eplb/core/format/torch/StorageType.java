package io.eplb.core.format.torch;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The element types of storages that are read. */
enum StorageType {
  BOOL("BoolStorage", 1) {
    @Override
    double element(ByteBuffer bytes, int at) {
      return bytes.get(at) == 0 ? 0.0 : 1.0;
    }
  },
  UINT8("ByteStorage", 1) {
    @Override
    double element(ByteBuffer bytes, int at) {
      return bytes.get(at) & 0xff;
    }
  },
  INT8("CharStorage", 1) {
    @Override
    double element(ByteBuffer bytes, int at) {
      return bytes.get(at);
    }
  },
  INT16("ShortStorage", 2) {
    @Override
    double element(ByteBuffer bytes, int at) {
      return bytes.getShort(at);
    }
  },
  INT32("IntStorage", 4) {
    @Override
    double element(ByteBuffer bytes, int at) {
      return bytes.getInt(at);
    }
  },
  INT64("LongStorage", 8) {
    @Override
    double element(ByteBuffer bytes, int at) {
      return bytes.getLong(at);
    }
  },
  BFLOAT16("BFloat16Storage", 2) {
    @Override
    double element(ByteBuffer bytes, int at) {
      return Float.intBitsToFloat(bytes.getShort(at) << 16);
    }
  },
  FLOAT16("HalfStorage", 2) {
    @Override
    double element(ByteBuffer bytes, int at) {
      int bits = bytes.getShort(at) & 0xffff;
      int exponent = bits >> 10 & 0x1f;
      int fraction = bits & 0x3ff;
      double magnitude =
          switch (exponent) {
            case 0 -> fraction * 0x1p-24;
            case 0x1f -> fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
            default -> (fraction + 0x400) * Math.scalb(1.0, exponent - 25);
          };
      return bits >> 15 == 0 ? magnitude : -magnitude;
    }
  },
  FLOAT32("FloatStorage", 4) {
    @Override
    double element(ByteBuffer bytes, int at) {
      return bytes.getFloat(at);
    }
  },
  FLOAT64("DoubleStorage", 8) {
    @Override
    double element(ByteBuffer bytes, int at) {
      return bytes.getDouble(at);
    }
  };

  final String className;
  final int bytes;

  StorageType(String className, int bytes) {
    this.className = className;
    this.bytes = bytes;
  }

  /** Returns one element as a double; 64-bit integers beyond 2^53 are rounded. */
  abstract double element(ByteBuffer bytes, int at);

  /** Returns whether the type is a floating-point one. */
  boolean real() {
    return this == BFLOAT16 || this == FLOAT16 || this == FLOAT32 || this == FLOAT64;
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
