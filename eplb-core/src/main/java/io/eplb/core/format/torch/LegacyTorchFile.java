package io.eplb.core.format.torch;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The form of {@code torch.save} before version 1.6: a magic number, a protocol, facts about the
 * machine, the object, and the keys of the storages, a pickle each; then each storage, its number
 * of elements before it.
 */
final class LegacyTorchFile implements StorageBytes {
  /** The pickle of 0x1950a86a20f9469cfc6c in protocol 2. */
  private static final byte[] HEAD = {
    (byte) 0x80,
    2,
    (byte) 0x8a,
    10,
    0x6c,
    (byte) 0xfc,
    (byte) 0x9c,
    0x46,
    (byte) 0xf9,
    0x20,
    0x6a,
    (byte) 0xa8,
    0x50,
    0x19,
    '.'
  };

  private static final long PROTOCOL = 1001;

  private final byte[] bytes;
  private final ByteOrder order;
  private final Object root;

  /** The place of the first element of each storage. */
  private final Map<String, Integer> places = new HashMap<>();

  private LegacyTorchFile(byte[] bytes, ByteOrder order, Object root) {
    this.bytes = bytes;
    this.order = order;
    this.root = root;
  }

  /** Returns whether bytes begin with the pickle of the magic number. */
  static boolean recognises(byte[] bytes) {
    return bytes.length > HEAD.length && Arrays.equals(bytes, 0, HEAD.length, HEAD, 0, HEAD.length);
  }

  static LegacyTorchFile read(byte[] bytes) throws IOException {
    ByteArrayInputStream input = new ByteArrayInputStream(bytes);
    StorageSizes sizes = new StorageSizes();
    if (!recognises(bytes)) {
      throw new MalformedPickleException(
          "is no file of torch.save; expected a zip archive, or the older form's magic number");
    }
    input.skipNBytes(HEAD.length);
    Object protocol = PickleReader.read(input, sizes);
    if (!protocol.equals(PROTOCOL)) {
      throw new MalformedPickleException(
          "is of protocol %s of torch.save; expected %s"
              .formatted(TorchFile.kind(protocol), PROTOCOL));
    }
    ByteOrder order = ByteOrder.LITTLE_ENDIAN;
    if (PickleReader.read(input, sizes) instanceof Map<?, ?> machine
        && Boolean.FALSE.equals(machine.get("little_endian"))) {
      order = ByteOrder.BIG_ENDIAN;
    }
    LegacyTorchFile file = new LegacyTorchFile(bytes, order, PickleReader.read(input, sizes));
    if (!(PickleReader.read(input, sizes) instanceof List<?> keys)) {
      throw new MalformedPickleException("is damaged: it has no list of storages");
    }
    file.place(keys, sizes, bytes.length - input.available());
    return file;
  }

  /** Remembers the width of the elements of every storage that is named. */
  private static final class StorageSizes implements PickleBuilder {
    private final TensorBuilder tensors = new TensorBuilder();
    private final Map<String, StorageType> types = new HashMap<>();

    @Override
    public boolean allows(PickleGlobal global) {
      return tensors.allows(global);
    }

    @Override
    public Object call(PickleGlobal global, List<?> arguments) throws MalformedPickleException {
      return tensors.call(global, arguments);
    }

    @Override
    public Object external(Object id) throws MalformedPickleException {
      Object storage = tensors.external(id);
      if (storage instanceof TorchStorage named) {
        types.put(named.key(), named.type());
      }
      return storage;
    }
  }

  private void place(List<?> keys, StorageSizes sizes, int first) throws IOException {
    ByteBuffer file = ByteBuffer.wrap(bytes).order(order);
    int at = first;
    for (Object key : keys) {
      StorageType type = key instanceof String name ? sizes.types.get(name) : null;
      if (type == null || bytes.length - at < Long.BYTES) {
        throw new EOFException("a storage is missing");
      }
      long elements = file.getLong(at);
      at += Long.BYTES;
      if (elements < 0 || elements > (bytes.length - at) / type.bytes) {
        throw new MalformedPickleException(
            "claims a storage of %s elements, more than it holds: it is truncated or damaged"
                .formatted(elements));
      }
      places.put((String) key, at);
      at += (int) elements * type.bytes;
    }
    if (at != bytes.length) {
      throw new MalformedPickleException("has bytes behind its last storage: it is damaged");
    }
  }

  Object root() {
    return root;
  }

  @Override
  public ByteBuffer of(TorchStorage storage) throws MalformedPickleException {
    Integer place = places.get(storage.key());
    long length = storage.elements() * storage.type().bytes;
    if (place == null || length > bytes.length - place) {
      throw new MalformedPickleException("has a storage that is missing or too short");
    }
    return ByteBuffer.wrap(bytes, place, (int) length).slice().order(order);
  }
}
